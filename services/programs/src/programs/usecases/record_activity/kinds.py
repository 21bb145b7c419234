"""The kinds of what is recorded: tables, rules and events of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.event import Event
from contracts.events.programs import LabUsed, MentorSessionHeld, PlacementRecorded
from programs.models import LabUse, MentorSession, Placement
from programs.rules.activities import (
    LAB_FACTS,
    PLACEMENT_FACTS,
    SESSION_FACTS,
    lab_facts,
    lab_key,
    placement_facts,
    placement_key,
    session_facts,
    session_key,
)

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind: who may record it, what it says, and how it is announced. ``day`` names the column of its date."""

    permission: str
    model: type[Placement | MentorSession | LabUse]
    facts: tuple[str, ...]
    own_id: str
    day: str
    read: Callable[[Facts], dict[str, Any]]
    key: Callable[[Facts, UUID], str]
    event: Callable[[UUID, UUID, Facts, datetime], Event]
    learning: bool = True


def _placed(organization_id: UUID, id: UUID, facts: Facts, at: datetime) -> Event:
    return PlacementRecorded(
        placement_id=id,
        organization_id=organization_id,
        student_id=facts["student_id"],
        cohort_id=facts["cohort_id"],
        placed_on=facts["started_on"],
        salary_minor=facts["salary_minor"],
        currency=facts["currency"],
        ended_on=facts["ended_on"],
        recorded_at=at,
    )


def _held(organization_id: UUID, id: UUID, facts: Facts, at: datetime) -> Event:
    told = {name: facts[name] for name in ("student_id", "cohort_id", "minutes", "held_at")}
    return MentorSessionHeld(session_id=id, organization_id=organization_id, **told, recorded_at=at)


def _used(organization_id: UUID, id: UUID, facts: Facts, at: datetime) -> Event:
    told = {name: facts[name] for name in ("student_id", "cohort_id", "minutes", "used_at")}
    return LabUsed(usage_id=id, organization_id=organization_id, **told, recorded_at=at)


PLACEMENT = Kind(
    "placements.manage", Placement, PLACEMENT_FACTS, "placement_id", "started_on", placement_facts, placement_key,
    _placed, learning=False,
)  # fmt: skip
MENTOR_SESSION = Kind(
    "records.write", MentorSession, SESSION_FACTS, "session_id", "held_at", session_facts, session_key, _held
)
LAB_USE = Kind("records.write", LabUse, LAB_FACTS, "usage_id", "used_at", lab_facts, lab_key, _used)
