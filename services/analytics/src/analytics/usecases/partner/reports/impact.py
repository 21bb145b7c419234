"""The impact report: whom the money reached, what came of it, what each outcome cost."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from analytics.rules.partner import definitions
from analytics.rules.partner.report import DAY, MONEY, NUMBER, PERCENT, POINTS, TEXT, Figure, Part, Report
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.usecases.partner.read_impact import impact_figures
from analytics.usecases.partner.read_outcomes import outcome_figures
from analytics.usecases.partner.read_stats import milestones_and_named
from analytics.usecases.partner.reports.parts import bands, months, score_chart, subjects
from chassis.auth import Caller

MILESTONES = 20


def impact(session: Session, caller: Caller, scope: Scope, period: Period) -> Report:
    """Figures, subjects, months, and the latest milestones by name where the students agree."""
    told = impact_figures(session, scope, period)
    outcomes = outcome_figures(session, caller, scope, period)
    reached, named = milestones_and_named(session, caller, scope, period, MILESTONES)
    parts = (bands(outcomes), subjects(outcomes), months(outcomes), _milestones(reached))
    figures = (*_cover(told), *_more(told), *_costs(told["roi_metrics"]))
    return Report(figures, parts, (score_chart(outcomes),), definitions.IMPACT_REPORT, named)


def _cover(told: dict[str, Any]) -> Iterator[Figure]:
    done = told["outcomes"]
    improved = done["average_score_improvement"]
    yield Figure("students_reached", "Students reached", told["students_reached"], NUMBER, cover=True)
    yield Figure("investment", "Investment", told["total_investment"], MONEY, cover=True)
    yield Figure("completion_rate", "Course completion", done["course_completion_rate"], PERCENT, cover=True)
    yield Figure("avg_score_improvement", "Score improvement, points", improved, POINTS, cover=True)


def _more(told: dict[str, Any]) -> Iterator[Figure]:
    done = told["outcomes"]
    yield Figure("courses_funded", "Courses funded", told["courses_funded"], NUMBER)
    yield Figure("students_advancing_grade", "Students advancing a grade", done["students_advancing_grade"], NUMBER)
    yield Figure("certificates_earned", "Certificates earned", done["certificates_earned"], NUMBER)
    yield Figure("ai_tutor_sessions", "Mentor and tutor sessions", done["ai_tutor_sessions"], NUMBER)
    yield Figure("average_score", "Average score", told["average_score"], PERCENT)


def _costs(told: dict[str, Any]) -> Iterator[Figure]:
    for name, label in (
        ("cost_per_student", "Cost per student"),
        ("cost_per_course_completion", "Cost per course completed"),
        ("cost_per_certificate", "Cost per certificate"),
    ):
        yield Figure(name, label, told[name], MONEY)


def _milestones(reached: list[dict[str, Any]]) -> Part:
    return Part(
        "milestones", "The latest milestones, by name where the student agrees",
        (("date", "Day", DAY), ("student_name", "Student", TEXT), ("milestone", "Milestone", TEXT)),
        [(each["date"][:10], each["student_name"], each["milestone"]) for each in reached],
        "No milestone was reached in this period.",
    )  # fmt: skip
