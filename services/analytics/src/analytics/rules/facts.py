"""What of an event is kept: ids and facts. Names go to a table of their own; other personal data goes nowhere."""

import hashlib
from typing import Any, cast
from uuid import UUID

import msgspec

from chassis.envelope import encode
from contracts.event import Event
from contracts.events import identity, notifications, programs

_PERSONAL: dict[type[Event], frozenset[str]] = {
    **dict.fromkeys(
        (identity.OrganizationCreated, identity.OrganizationUpdated), frozenset({"name", "slug", "contact_email"})
    ),
    **dict.fromkeys(
        (programs.StudentRegistered, programs.StudentUpdated),
        frozenset({"name", "email", "guardian_email", "birth_date", "organization_name"}),
    ),
    notifications.MessageFailed: frozenset({"reason"}),
}

_SNAPSHOTS = (identity.OrganizationUpdated, programs.CohortUpdated, programs.CourseUpdated, programs.StudentUpdated)


def facts(event: Event) -> dict[str, Any]:
    """The event's fields as JSON values, without anything personal."""
    told = cast(dict[str, Any], msgspec.json.decode(encode(event)))
    personal = _PERSONAL.get(type(event), frozenset())
    return {field: value for field, value in told.items() if field not in personal}


def digest(event: Event, told: dict[str, Any]) -> bytes:
    """What an event is known by: two that tell the same facts are one."""
    return hashlib.sha256(event.type.encode() + b"\0" + msgspec.json.encode(told, order="sorted")).digest()


def is_snapshot(event: type[Event]) -> bool:
    """Whether the event says how something is now, without a time: of several only the last counts."""
    return event in _SNAPSHOTS


def name_of(event: Event) -> tuple[UUID, UUID, str] | None:
    """The name an event carries: the organization that uses it, whose it is, the name."""
    if isinstance(event, identity.OrganizationCreated | identity.OrganizationUpdated):
        return event.organization_id, event.organization_id, event.name
    if isinstance(event, programs.StudentRegistered | programs.StudentUpdated):
        return event.organization_id, event.student_id, event.name
    return None
