"""Keep what is metered, as programs tells it, to be invoiced. In any order, or twice: the latest holds.

What changes after it was billed is to be billed again: the next closing bills the difference.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.settings import Settings
from chassis.processor import many
from chassis.wiring import use
from contracts.events.programs import LabUsed, MentorSessionHeld, PlacementRecorded

_KEEP = text("""
insert into metered_usage as known (
    organization_id, id, product, student_id, cohort_id, quantity, currency, occurred_on, recorded_at
)
values (
    :organization_id, :id, :product, :student_id, :cohort_id, :quantity, :currency, :occurred_on, :recorded_at
)
on conflict (organization_id, id) do update set cohort_id = excluded.cohort_id, quantity = excluded.quantity,
    currency = excluded.currency, occurred_on = excluded.occurred_on, recorded_at = excluded.recorded_at,
    to_bill = true
where excluded.recorded_at > known.recorded_at
""")
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


@many
def record_sessions(session: Session, events: Sequence[MentorSessionHeld]) -> None:
    """Mentor sessions, in minutes; none means that it was recorded by mistake."""
    zone = use(session, Settings).time_zone
    rows = [_metered("mentor_session", event, event.session_id, event.held_at, zone) for event in events]
    session.execute(_KEEP, rows)


@many
def record_labs(session: Session, events: Sequence[LabUsed]) -> None:
    """Lab use, in minutes."""
    zone = use(session, Settings).time_zone
    session.execute(_KEEP, [_metered("lab_hour", event, event.usage_id, event.used_at, zone) for event in events])


@many
def record_placements(session: Session, events: Sequence[PlacementRecorded]) -> None:
    """Placements, with the salary that a share is taken of; 0 while it is not known."""
    session.execute(_KEEP, [_placed(event) for event in events])


def _metered(
    product: str, event: MentorSessionHeld | LabUsed, id: UUID, at: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """Its day, and so its month, is the one of the seller's books."""
    row = _row(product, event, id, at.astimezone(zone).date())
    return row | {"quantity": event.minutes, "currency": None, "recorded_at": event.recorded_at}


def _placed(event: PlacementRecorded) -> dict[str, Any]:
    row = _row("revenue_share", event, event.placement_id, event.placed_on)
    recorded_at = event.recorded_at or _BEFORE_ALL
    return row | {"quantity": event.salary_minor or 0, "currency": event.currency, "recorded_at": recorded_at}


def _row(product: str, event: MentorSessionHeld | LabUsed | PlacementRecorded, id: UUID, day: date) -> dict[str, Any]:
    return {
        "organization_id": event.organization_id,
        "id": id,
        "product": product,
        "student_id": event.student_id,
        "cohort_id": event.cohort_id,
        "occurred_on": day,
    }
