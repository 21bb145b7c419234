"""What a metric's answer depends on, found without counting anything: the same tag means the same answer."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.queries import baselines, organizations
from analytics.rules import periods
from analytics.rules.definitions import DEFINITIONS
from analytics.rules.scope import Scope
from analytics.usecases.find_scope import find_scope
from chassis.auth import Caller
from chassis.clock import now

BY_ATTRIBUTE = ("school", "grade_level")
"""Breakdowns that depend on who consents at this moment, which only privacy knows."""


def tag_metric(
    session: Session,
    caller: Caller,
    *,
    key: str,
    since: date | None = None,
    until: date | None = None,
    cohort_id: UUID | None = None,
    group_by: str | None = None,
) -> str | None:
    """The tag; None when the answer itself must be looked at, or there is none. Raises NoSuchCohort, BadPeriod."""
    definition = DEFINITIONS.get(key)
    if definition is None or group_by in BY_ATTRIBUTE:
        return None
    scope = find_scope(session, caller, "dashboard.view", cohort_id)
    return tag_of(session, scope, since, until, definition, group_by)


def tag_of(session: Session, scope: Scope, since: date | None, until: date | None, *more: Any) -> str:
    """The tag of figures of this scope and period, and of what ``more`` they depend on. Raises BadPeriod."""
    moment = now()
    period = periods.period(since, until, scope.zone, moment)
    known = (
        more,
        scope.values,
        (since, until, period.last_day),
        organizations.version(session, scope.organization_id),
        organizations.changed_at(session, scope.organization_id, moment),
        baselines.made_at(session),
    )
    return hashlib.sha256(repr(known).encode()).hexdigest()[:32]
