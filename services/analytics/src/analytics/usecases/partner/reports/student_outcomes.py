"""The student outcomes report: bands, subjects, months, and the students themselves."""

from sqlalchemy.orm import Session

from analytics.queries.partner import learning
from analytics.rules.partner import definitions
from analytics.rules.partner.learning import average, completion_rate, improvement, trends
from analytics.rules.partner.report import NUMBER, PERCENT, POINTS, TEXT, WORD, Figure, Part, Report
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.usecases.partner.list_sponsored_students import sponsored_lines
from analytics.usecases.partner.read_outcomes import outcome_figures
from analytics.usecases.partner.reports.parts import band_chart, bands, months, score_chart, subjects
from chassis.auth import Caller

MOST = 500
"""Students listed; every figure counts all."""

_COLUMNS = (
    ("name", "Student", TEXT), ("grade_level", "Grade", NUMBER), ("county", "County", TEXT),
    ("courses_enrolled", "Courses", NUMBER), ("courses_completed", "Completed", NUMBER),
    ("average_score", "Score", PERCENT), ("score_change", "Change", POINTS),
    ("performance_trend", "Trend", WORD), ("ai_tutor_sessions", "Sessions", NUMBER),
)  # fmt: skip


def student_outcomes(session: Session, caller: Caller, scope: Scope, period: Period) -> Report:
    """Students by name where they agree, the first ``MOST`` of them."""
    standings = learning.standings(session, scope, period)
    outcomes = outcome_figures(session, caller, scope, period)
    lines = sponsored_lines(session, caller, scope, period, standings[:MOST])
    told = trends(standings)
    figures = (
        Figure("students_reached", "Students", len(standings), NUMBER, cover=True),
        Figure("average_score", "Average score", average(standings), PERCENT, cover=True),
        Figure("completion_rate", "Course completion", completion_rate(standings), PERCENT, cover=True),
        Figure("avg_score_improvement", "Score improvement, points", improvement(standings), POINTS, cover=True),
        *(Figure(f"students_{trend}", f"Students {trend}", number, NUMBER) for trend, number in told.items()),
    )
    students = Part(
        "students",
        f"Students, by name where they agree; {len(lines)} of {len(standings)}",
        _COLUMNS,
        [tuple(line[name] for name, _, _ in _COLUMNS) for line in lines],
        "No student is sponsored in this period.",
    )
    parts = (bands(outcomes), subjects(outcomes), months(outcomes), students)
    named = frozenset(line["id"] for line in lines if line["id"] is not None)
    return Report(
        figures, parts, (band_chart(outcomes), score_chart(outcomes)), definitions.STUDENT_OUTCOMES_REPORT, named
    )
