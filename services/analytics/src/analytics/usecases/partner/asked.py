"""Whose figures, and for which days."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from analytics.queries import organizations
from analytics.rules import periods
from analytics.rules.partner.calendar import first_day
from analytics.rules.partner.definitions import VERSION
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.usecases.find_scope import find_scope
from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden

PERMISSION = "partner"


def partner_scope(session: Session, caller: Caller) -> Scope:
    """The caller's whole organization. Raises Forbidden for who does not act for one, or for a part of it only."""
    if caller.reach(PERMISSION) is not None:
        raise Forbidden(f"Role '{PERMISSION}' required")
    return find_scope(session, caller, PERMISSION)


def all_time(scope: Scope) -> Period:
    """Everything up to now."""
    return periods.period(None, None, scope.zone, now())


def calendar_period(scope: Scope, name: str) -> Period:
    """The running ``quarter`` or ``year``, or ``all_time``."""
    moment = now()
    return periods.period(first_day(name, moment.astimezone(scope.zone).date()), None, scope.zone, moment)


def as_of(session: Session, scope: Scope) -> datetime:
    """The moment of the last thing these figures were told."""
    return organizations.changed_at(session, scope.organization_id, now())


def tag_of(session: Session, scope: Scope, day: date, *more: object) -> str:
    """What figures of this scope and day depend on, and what ``more``, found without counting anything."""
    version = organizations.version(session, scope.organization_id)
    return repr((VERSION, scope.organization_id, scope.currency, scope.zone.key, day, version, more))
