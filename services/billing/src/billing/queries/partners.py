"""Whom the partner's doors are asked for, and where that organization's days begin."""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.settings import Settings
from chassis.auth import Caller
from chassis.errors import Forbidden
from chassis.wiring import use

_ZONE = text("select time_zone from organizations where organization_id = :organization")


def own(caller: Caller) -> UUID:
    """The organization that the caller acts for. Raises Forbidden for none."""
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    return caller.organization_id


def zone(session: Session, organization_id: UUID) -> ZoneInfo:
    """Where the organization's days begin; the seller's zone while it has not said."""
    name: str | None = session.scalar(_ZONE, {"organization": organization_id})
    return ZoneInfo(name) if name else use(session, Settings).time_zone


def today(session: Session, organization_id: UUID, at: datetime) -> date:
    """The organization's day."""
    return at.astimezone(zone(session, organization_id)).date()


def begins(session: Session, organization_id: UUID, day: date) -> datetime:
    """The first moment of a day of the organization's."""
    return datetime.combine(day, time(), zone(session, organization_id))
