"""What the partner's money did, beside the whole platform."""

from typing import Any

from sqlalchemy.orm import Session

from analytics.queries.partner import learning, money, platform
from analytics.rules.partner import definitions
from analytics.rules.partner.learning import average, completion_rate, improvement, per_cent
from analytics.rules.periods import Period
from analytics.rules.rates import each, major, rate
from analytics.rules.scope import Scope
from analytics.usecases.partner.asked import as_of, calendar_period, partner_scope, tag_of
from chassis.auth import Caller


def tag_impact(session: Session, caller: Caller, *, period: str) -> str:
    """What the answer depends on, found without counting anything. Raises Forbidden."""
    scope = partner_scope(session, caller)
    asked = calendar_period(scope, period)
    return tag_of(session, scope, asked.last_day, "impact", period, platform.made_at(session))


def read_impact(session: Session, caller: Caller, *, period: str) -> dict[str, Any]:
    """The figures of the calendar's ``quarter`` or ``year``, or of ``all_time``. Raises Forbidden."""
    scope = partner_scope(session, caller)
    asked = calendar_period(scope, period)
    figures = impact_figures(session, scope, asked)
    comparison = {
        "sponsored_avg_score": figures.pop("average_score"),
        "sponsored_completion_rate": figures["outcomes"]["course_completion_rate"],
    }
    return {
        "period": period,
        **figures,
        "comparison_to_platform": {**comparison, **_platform(session, asked)},
        "definitions": definitions.IMPACT,
        "as_of": as_of(session, scope),
    }


def impact_figures(session: Session, scope: Scope, period: Period) -> dict[str, Any]:
    """Students, money, outcomes, and what each outcome cost; ``average_score`` beside them."""
    standings = learning.standings(session, scope, period)
    counts = learning.counts(session, scope, period)
    invested = money.invested(session, scope, period)
    completions = sum(standing.completed for standing in standings)
    return {
        "students_reached": len(standings),
        "courses_funded": learning.courses_funded(session, scope, period),
        "total_investment": major(invested, scope.currency),
        "currency": scope.currency,
        "average_score": average(standings),
        "outcomes": {
            "average_score_improvement": improvement(standings),
            "course_completion_rate": completion_rate(standings),
            "students_advancing_grade": learning.advanced(session, scope, period),
            "certificates_earned": counts.certificates,
            "ai_tutor_sessions": counts.sessions,
        },
        "roi_metrics": {
            "cost_per_student": each(invested, scope.currency, len(standings)),
            "cost_per_course_completion": each(invested, scope.currency, completions),
            "cost_per_certificate": each(invested, scope.currency, counts.certificates),
        },
    }


def _platform(session: Session, period: Period) -> dict[str, Any]:
    row = platform.since(session, period.since)
    if row is None:
        return {"platform_avg_score": None, "platform_completion_rate": None}
    return {
        "platform_avg_score": per_cent(row.points, row.students),
        "platform_completion_rate": rate(row.completed, row.begun),
    }
