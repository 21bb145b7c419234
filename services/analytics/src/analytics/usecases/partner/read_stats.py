"""The partner's first page: sponsorships, money, what the students did lately, how they do."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.queries.partner import learning, milestones, money
from analytics.rules.partner import definitions
from analytics.rules.partner.learning import Standing, completion_rate, improvement, trends
from analytics.rules.partner.milestones import latest, words
from analytics.rules.periods import Period
from analytics.rules.rates import major
from analytics.rules.scope import Scope
from analytics.usecases.partner.asked import all_time, as_of, partner_scope, tag_of
from analytics.usecases.partner.people import named, shown_name
from chassis.auth import Caller
from chassis.json_provider import moment

RECENT = 10


def milestones_and_named(
    session: Session, caller: Caller, scope: Scope, period: Period, limit: int
) -> tuple[list[dict[str, Any]], frozenset[UUID]]:
    """The latest, by name where the student agrees, and who is named; the sponsorship would name the others."""
    found = latest(milestones.recent(session, scope, period, limit), limit)
    names = named(session, caller, scope, {row.student_id for row in found}, "partner_milestones")
    lines = [
        {
            "student_name": shown_name(scope, names, row.student_id),
            "milestone": words(row.kind, row.title, row.points),
            "date": moment(row.at),
            "sponsorship_id": row.sponsorship_id if row.student_id in names else None,
        }
        for row in found
    ]
    return lines, frozenset(names)


def tag_stats(session: Session, caller: Caller) -> tuple[str, list[dict[str, Any]]]:
    """What the answer depends on, and the one part of it that depends on the consents of this moment."""
    scope = partner_scope(session, caller)
    period = all_time(scope)
    recent, _ = milestones_and_named(session, caller, scope, period, RECENT)
    return tag_of(session, scope, period.last_day, "stats", recent), recent


def read_stats(session: Session, caller: Caller, recent: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything up to now. Raises Forbidden."""
    scope = partner_scope(session, caller)
    period = all_time(scope)
    standings = learning.standings(session, scope, period)
    return {
        "stats": _stats(session, scope, period, standings),
        "recent_milestones": recent,
        "payment_summary": _payments(session, scope, period),
        "impact_snapshot": {
            **{f"students_{trend}": number for trend, number in trends(standings).items()},
            "overall_completion_rate": completion_rate(standings),
        },
        "definitions": definitions.STATS,
        "as_of": as_of(session, scope),
    }


def _stats(session: Session, scope: Scope, period: Period, standings: Sequence[Standing]) -> dict[str, Any]:
    counts = money.counts(session, scope)
    return {
        "total_sponsorships": counts.total,
        "active_sponsorships": counts.active,
        "total_students_sponsored": len(standings),
        "total_invested": major(money.invested(session, scope, period), scope.currency),
        "currency": scope.currency,
        "average_student_score_improvement": improvement(standings),
        "courses_funded": learning.courses_funded(session, scope, period),
        "programs_active": counts.programs,
    }


def _payments(session: Session, scope: Scope, period: Period) -> dict[str, Any]:
    return {
        "total_paid": major(money.paid(session, scope, period), scope.currency),
        "pending_payments": major(money.pending(session, scope), scope.currency),
        "next_scheduled_payment": _next(session, scope),
    }


def _next(session: Session, scope: Scope) -> dict[str, Any] | None:
    row = money.next_planned(session, scope)
    if row is None:
        return None
    return {
        "amount": major(int(row.amount_minor), scope.currency),
        "date": f"{row.due_on}T00:00:00Z",
        "description": row.first if row.first == row.last else f"{row.number} disbursements",
    }
