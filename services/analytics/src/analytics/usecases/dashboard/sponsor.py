"""The whole organization on a few pages."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from analytics.errors import NoSuchDashboard
from analytics.queries import organizations
from analytics.rules import definitions, periods, wording
from analytics.rules.definitions import DEFINITIONS
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.usecases.cohort.payments import payments
from analytics.usecases.dashboard.page import chart, explained, months
from analytics.usecases.find_scope import find_scope
from analytics.usecases.metrics import calculate
from analytics.usecases.metrics.figures import Figures
from chassis.auth import Caller
from chassis.clock import now

MOST_COHORTS = 100


def sponsor_page(session: Session, caller: Caller, since: date | None, until: date | None) -> dict[str, Any]:
    """What ``sponsor.html`` shows. Raises NoSuchDashboard for who may see single cohorts only, BadPeriod."""
    scope = find_scope(session, caller, "dashboard.view")
    if scope.cohorts is not None:
        raise NoSuchDashboard()
    moment = now()
    period = periods.period(since, until, scope.zone, moment)
    figures = {key: calculate(session, caller, key=key, scope=scope, period=period) for key in DEFINITIONS}
    seats, completion = figures["seat_utilization"], figures["completion_rates"]
    courses = calculate(session, caller, key="completion_rates", scope=scope, period=period, group="course")
    cohorts = _cohorts(session, caller, scope, period)
    as_of = organizations.changed_at(session, scope.organization_id, moment)
    return {
        "title": "Sponsor report",
        "organization": organizations.organization_name(session, scope.organization_id) or "Your organization",
        "period": wording.period(since, until, period.last_day),
        "as_of_at": as_of,
        "as_of": wording.moment(as_of, scope.zone),
        "made_at": wording.moment(moment, scope.zone),
        "currency": scope.currency,
        "seats": seats,
        "completion": completion,
        "placement": figures["placement_metrics"],
        "roi": figures["roi_analysis"],
        "completion_chart": chart(
            completion.series, subject="Completion", part="completed", whole="enrolled, not withdrawn"
        ),
        "seats_chart": chart(seats.series, subject="Seat utilization", part="seats held", whole="seats purchased"),
        "every_cohort": cohorts,
        "cohorts": cohorts[:MOST_COHORTS],
        "more_cohorts": max(0, len(cohorts) - MOST_COHORTS),
        "courses": courses.breakdown,
        "months": months(seats, completion),
        "payments": payments(session, scope, period),
        "definitions": explained(*DEFINITIONS),
        "payments_definition": definitions.PAYMENTS,
    }


def _cohorts(session: Session, caller: Caller, scope: Scope, period: Period) -> list[dict[str, Any]]:
    """The newest first."""

    def cells(key: str) -> dict[str, Any]:
        found: Figures = calculate(session, caller, key=key, scope=scope, period=period, group="cohort")
        return {cell.group: cell for cell in found.breakdown}

    seats, completion = cells("seat_utilization"), cells("completion_rates")
    return [
        {"cohort": cohort, "seats": seats[str(cohort.cohort_id)], "completion": completion[str(cohort.cohort_id)]}
        for cohort in reversed(organizations.cohorts(session, scope))
    ]
