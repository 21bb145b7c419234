"""Tell everything about one cohort: seats, completion, money, results, who is at risk."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.errors import NoSuchCohort
from analytics.queries import organizations
from analytics.rules import definitions, periods
from analytics.rules.periods import Period
from analytics.rules.rates import rate
from analytics.rules.scope import Scope
from analytics.usecases.cohort.at_risk import at_risk
from analytics.usecases.cohort.course_results import course_results
from analytics.usecases.cohort.payments import payments
from analytics.usecases.find_scope import find_scope
from analytics.usecases.metrics import calculate
from analytics.usecases.metrics.completion_rates import by_course
from analytics.usecases.metrics.consents import consents_for
from chassis.auth import Caller
from chassis.clock import now

PERMISSION = "cohorts.read"


def read_cohort_report(
    session: Session,
    caller: Caller,
    *,
    cohort_id: UUID,
    since: date | None = None,
    until: date | None = None,
    permission: str = PERMISSION,
) -> dict[str, Any]:
    """The report of one cohort. Raises NoSuchCohort, BadPeriod."""
    scope = find_scope(session, caller, permission, cohort_id)
    moment = now()
    period = periods.period(since, until, scope.zone, moment)
    found = organizations.cohorts(session, scope)
    if not found:
        raise NoSuchCohort()
    cohort = found[0]
    return {
        "cohort": {
            "id": cohort.cohort_id,
            "name": cohort.name,
            "seats": cohort.seats,
            "start_date": cohort.start_date,
            "end_date": cohort.end_date,
        },
        "period": {"from": since, "to": until, "time_zone": scope.zone.key},
        "seats": _seats(session, caller, scope, period),
        "completion": _completion(session, caller, scope, period),
        "payments": payments(session, scope, period),
        **course_results(session, scope, period, consents_for(session, caller, scope)),
        **at_risk(session, caller, scope, period, cohort),
        "organization": {
            "id": scope.organization_id,
            "name": organizations.organization_name(session, scope.organization_id),
            "seats": _seats(session, caller, scope.whole, period) if caller.reach(permission) is None else None,
            "payments": payments(session, scope.whole, period) if caller.reach(permission) is None else None,
        },
        "definitions": _definitions(),
        "as_of": organizations.changed_at(session, scope.organization_id, moment),
    }


def _seats(session: Session, caller: Caller, scope: Scope, period: Period) -> dict[str, Any]:
    figures = calculate(session, caller, key="seat_utilization", scope=scope, period=period)
    return {**figures.numbers, "utilization": figures.value, "by_month": [asdict(p) for p in figures.series]}


def _completion(session: Session, caller: Caller, scope: Scope, period: Period) -> dict[str, Any]:
    figures = calculate(session, caller, key="completion_rates", scope=scope, period=period)
    courses = by_course(session, scope, period)
    return {
        "rate": figures.value,
        **figures.numbers,
        "by_course": [
            {
                "course_id": cell.group,
                "title": cell.label,
                "completed": cell.numerator,
                "enrolled": cell.denominator,
                "rate": rate(int(cell.numerator or 0), int(cell.denominator or 0)),
            }
            for cell in courses
        ],
        "by_month": [
            {"month": p.month, "completed": p.numerator, "enrolled": p.denominator, "rate": p.value}
            for p in figures.series
        ],
    }


def _definitions() -> dict[str, str]:
    seats, completion = definitions.SEAT_UTILIZATION, definitions.COMPLETION_RATES
    return {
        "seats": f"{seats.formula}. {seats.description}",
        "completion": f"{completion.formula}. {completion.description}",
        "payments": f"{definitions.PAYMENTS} {definitions.COHORT_PAYMENTS}",
        "results": definitions.RESULTS,
        "improvement": definitions.IMPROVEMENT,
        "at_risk": definitions.AT_RISK,
        "withheld": definitions.WITHHELD,
    }
