"""The metrics: one definition, one calculation, whoever shows it."""

from sqlalchemy.orm import Session

from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.usecases.metrics.completion_rates import completion_rates
from analytics.usecases.metrics.consents import consents_for
from analytics.usecases.metrics.figures import Figures
from analytics.usecases.metrics.placement_metrics import placement_metrics
from analytics.usecases.metrics.roi_analysis import roi_analysis
from analytics.usecases.metrics.seat_utilization import seat_utilization
from chassis.auth import Caller

_CALCULATE = {
    "seat_utilization": seat_utilization,
    "placement_metrics": placement_metrics,
    "roi_analysis": roi_analysis,
}


def calculate(
    session: Session, caller: Caller, *, key: str, scope: Scope, period: Period, group: str | None = None
) -> Figures:
    """The metric of a key that ``rules.definitions`` lists."""
    if key == "completion_rates":
        return completion_rates(session, scope, period, group, consents_for(session, caller, scope))
    return _CALCULATE[key](session, scope, period, group)
