"""Two toy services on the real chassis: one publishes as programs does, the other listens as analytics does.

``python -m faults.toys programs worker``, and so on: any command of ``chassis.cli``.
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.cli import main
from chassis.database import Database
from chassis.outbox import publish
from chassis.processor import many
from chassis.service import Service
from chassis.settings import ServiceSettings
from contracts.event import Event
from contracts.events.programs import PlacementRecorded, ResultRecorded
from contracts.subscriptions import SUBSCRIPTIONS
from faults import sabotage

ORGANIZATION = UUID(int=7)
MIGRATIONS = Path(__file__).parent / "migrations"
DAY = datetime(2026, 1, 5, tzinfo=UTC)

_WRITE = text("""
insert into written (number, subject, counter) values (:number, :subject, :counter)
on conflict (number) do nothing returning number
""")
_EFFECT = text("""
insert into effects (number, subject, counter, position)
select :number, :subject, :counter, position from inbox where id = :event_id limit 1
""")

_EFFECTS = text("""
insert into effects (number, subject, counter, position)
select number, subject, counter, 0
from json_to_recordset(cast(:facts as json)) as (number bigint, subject uuid, counter bigint)
""")


def write(session: Session, number: int, subject: UUID, counter: int) -> None:
    """The publisher's use case: a row and an event. Asked again for the same number, it does nothing."""
    if session.scalar(_WRITE, {"number": number, "subject": subject, "counter": counter}) is not None:
        publish(session, event_of(number, subject, counter))


def event_of(number: int, subject: UUID, counter: int) -> Event:
    """An event of one of two types about the subject: order must hold across types."""
    if number % 3 == 0:
        return PlacementRecorded(
            placement_id=UUID(int=number),
            organization_id=ORGANIZATION,
            student_id=subject,
            cohort_id=None,
            placed_on=DAY.date(),
            salary_minor=counter,
            currency="KES",
        )
    return result_of(number, subject, counter)


def result_of(number: int, subject: UUID, counter: int) -> ResultRecorded:
    """The more frequent of the two."""
    return ResultRecorded(
        result_id=UUID(int=number),
        organization_id=ORGANIZATION,
        student_id=subject,
        course_id=UUID(int=1),
        score=Decimal(counter),
        max_score=None,
        completed=False,
        result_date=DAY.date(),
        recorded_at=DAY,
    )


def facts_of(event: Event) -> dict[str, Any]:
    """Number, subject and counter of an event made by ``event_of``."""
    if isinstance(event, PlacementRecorded):
        return {"number": event.placement_id.int, "subject": event.student_id, "counter": event.salary_minor}
    assert isinstance(event, ResultRecorded)
    assert event.score is not None
    return {"number": event.result_id.int, "subject": event.student_id, "counter": int(event.score)}


def append_effect(session: Session, event: Event) -> None:
    """The listener's use case: it would write a second row as readily as the first."""
    event_id = structlog.contextvars.get_contextvars()["event_id"]
    session.execute(_EFFECT, {**facts_of(event), "event_id": event_id})


@many
def append_effects(session: Session, events: list[Event]) -> None:
    """The same, a batch at a time: for measuring speed."""
    session.execute(_EFFECTS, {"facts": msgspec.json.encode([facts_of(event) for event in events]).decode()})


def toy(name: str, handler: Callable[[Session, Any], None]) -> Service:
    """A service in the place of ``name``, which handles all that ``name`` subscribes to with ``handler``."""
    return Service(
        name=name,
        title=f"Toy {name}",
        settings=ServiceSettings,
        migrations=MIGRATIONS,
        blueprints=(),
        consumers=dict.fromkeys(SUBSCRIPTIONS[name], handler),
        wire=_wire_nothing,
    )


def _wire_nothing(_database: Database, _settings: ServiceSettings) -> None:
    """A toy has no clients."""


HANDLER = append_effects if os.environ.get("FAULTS_HANDLER") == "many" else append_effect
SERVICES = {name: toy(name, HANDLER) for name in ("programs", "analytics")}

if __name__ == "__main__":
    sabotage.commit()
    main(SERVICES[sys.argv[1]], sys.argv[2:])
