"""One cohort on a few pages: its report, printed."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.rules import definitions, periods, wording
from analytics.usecases.dashboard.page import chart, explained, months
from analytics.usecases.find_scope import find_scope
from analytics.usecases.metrics import calculate
from analytics.usecases.read_cohort_report import read_cohort_report
from chassis.auth import Caller
from chassis.clock import now

_METRICS = ("seat_utilization", "completion_rates", "placement_metrics")


def cohort_page(
    session: Session, caller: Caller, cohort_id: UUID, since: date | None, until: date | None
) -> dict[str, Any]:
    """What ``cohort.html`` shows. Raises NoSuchCohort, BadPeriod."""
    permission = "dashboard.view"
    report = read_cohort_report(session, caller, cohort_id=cohort_id, since=since, until=until, permission=permission)
    scope = find_scope(session, caller, permission, cohort_id)
    moment = now()
    period = periods.period(since, until, scope.zone, moment)
    seats, completion, placement = (calculate(session, caller, key=key, scope=scope, period=period) for key in _METRICS)
    return {
        "title": report["cohort"]["name"],
        "organization": report["organization"]["name"] or "Your organization",
        "period": wording.period(since, until, period.last_day),
        "as_of_at": report["as_of"],
        "as_of": wording.moment(report["as_of"], scope.zone),
        "made_at": wording.moment(moment, scope.zone),
        "currency": scope.currency,
        "report": report,
        "seats": seats,
        "completion": completion,
        "placement": placement,
        "completion_chart": chart(
            completion.series, subject="Completion", part="completed", whole="enrolled, not withdrawn"
        ),
        "seats_chart": chart(
            seats.series, subject="Seat utilization", part="seats held", whole="seats the cohort may fill"
        ),
        "months": months(seats, completion),
        "definitions": explained(*_METRICS),
        "texts": {
            "Payments": f"{definitions.PAYMENTS} {definitions.COHORT_PAYMENTS}",
            "Results": definitions.RESULTS,
            "Improvement": definitions.IMPROVEMENT,
            "At risk": definitions.AT_RISK,
            "Withheld": definitions.WITHHELD,
        },
    }
