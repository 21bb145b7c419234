"""Tell one metric."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.errors import NoSuchMetric, UngroupableMetric
from analytics.queries import organizations
from analytics.rules import periods
from analytics.rules.definitions import DEFINITIONS, TREND, Definition
from analytics.rules.trends import trend
from analytics.usecases.find_scope import find_scope
from analytics.usecases.metrics import calculate
from chassis.auth import Caller
from chassis.clock import now


def read_metric(
    session: Session,
    caller: Caller,
    *,
    key: str,
    since: date | None = None,
    until: date | None = None,
    cohort_id: UUID | None = None,
    group_by: str | None = None,
) -> dict[str, Any]:
    """The metric with its formula. Raises NoSuchMetric, UngroupableMetric, NoSuchCohort, BadPeriod."""
    definition = DEFINITIONS.get(key)
    if definition is None:
        raise NoSuchMetric()
    if group_by is not None and group_by not in definition.groups:
        raise _ungroupable(definition)
    scope = find_scope(session, caller, "dashboard.view", cohort_id)
    moment = now()
    period = periods.period(since, until, scope.zone, moment)
    figures = calculate(session, caller, key=key, scope=scope, period=period, group=group_by)
    return {
        **asdict(definition),
        **asdict(figures),
        "trend": trend([point.value for point in figures.series], money=definition.unit == "currency"),
        "trend_rule": TREND,
        "unit": scope.currency if definition.unit == "currency" else definition.unit,
        "period": {"from": since, "to": until, "time_zone": scope.zone.key},
        "cohort_id": cohort_id,
        "group_by": group_by,
        "as_of": organizations.changed_at(session, scope.organization_id, moment),
    }


def _ungroupable(definition: Definition) -> UngroupableMetric:
    allowed = ", ".join(definition.groups)
    message = f"{definition.key} can be grouped by: {allowed}."
    return UngroupableMetric(message, errors=[{"field": "group_by", "message": f"Must be one of: {allowed}."}])
