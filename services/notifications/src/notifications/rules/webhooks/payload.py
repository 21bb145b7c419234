"""A fact as it goes out: the body of Standard Webhooks (type, timestamp, data), its stable id, schema and example.

Specification: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import json
from datetime import UTC, date, datetime
from typing import Any, get_args, get_type_hints
from uuid import UUID, uuid5

from chassis.json_provider import moment
from chassis.money import Money
from contracts.event import Event
from notifications.rules.webhooks.catalogue import PublicEvent

_NAMESPACE = UUID("5b0f6f2a-60a7-4f0b-9a55-1f0d6b1f1f7e")
_FORMATS: dict[type, dict[str, str]] = {
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    int: {"type": "integer"},
    str: {"type": "string"},
}
_EXAMPLES: dict[type, Any] = {
    UUID: "0192f0c1-7a2b-7c3d-8e4f-5a6b7c8d9e0f",
    datetime: "2026-11-22T09:30:00Z",
    date: "2026-11-22",
    int: 20,
    str: "text",
}
_BY_NAME: dict[str, Any] = {
    "currency": "KES",
    "method": "card",
    "scope": "sponsor_view",
    "number": "INV-2019-001",
    "reason": "withdrawn",
}


def data_of(public: PublicEvent, event: Event) -> dict[str, Any]:
    """What goes out of the event, as JSON values."""
    data: dict[str, Any] = {"organization_id": str(event.organization_id)}
    for name in public.fields:
        value = getattr(event, name)
        if name.endswith("_minor"):
            data[name.removesuffix("_minor")] = Money(value, event.currency).major()  # type: ignore[attr-defined]
        else:
            data[name] = _plain(value)
    return data


def happened_at(public: PublicEvent, event: Event, heard_at: datetime) -> datetime:
    """When it happened, as far as the event says."""
    found: datetime | None = getattr(event, public.at) if public.at else None
    return found or heard_at


def body(name: str, at: datetime, data: dict[str, Any]) -> str:
    """The text that is signed and sent."""
    return json.dumps({"type": name, "timestamp": moment(at), "data": data}, separators=(",", ":"), ensure_ascii=False)


def message_id(name: str, data: dict[str, Any]) -> UUID:
    """The same for the same fact, whoever tells it how often: by it a receiver knows what it has seen."""
    return uuid5(_NAMESPACE, json.dumps([name, data], sort_keys=True))


def schema_of(public: PublicEvent) -> dict[str, Any]:
    """The body, as JSON Schema."""
    fields = {"organization_id": _FORMATS[UUID], **{_shown(name): _field(public, name) for name in public.fields}}
    data = {"type": "object", "required": list(fields), "properties": fields}
    properties = {"type": {"const": public.name}, "timestamp": _FORMATS[datetime], "data": data}
    return {"type": "object", "required": list(properties), "properties": properties}


def example_of(public: PublicEvent) -> dict[str, Any]:
    """A body as it could be."""
    values = {_shown(name): _BY_NAME.get(name, _EXAMPLES[_kind(public, name)[0]]) for name in public.fields}
    data = {"organization_id": _EXAMPLES[UUID], **values}
    return {"type": public.name, "timestamp": _EXAMPLES[datetime], "data": data}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value.astimezone(UTC))
    return str(value) if isinstance(value, UUID | date) else value


def _shown(name: str) -> str:
    return name.removesuffix("_minor")


def _field(public: PublicEvent, name: str) -> dict[str, Any]:
    kind, optional = _kind(public, name)
    form: dict[str, Any] = {"type": "number"} if name.endswith("_minor") else dict(_FORMATS[kind])
    return {**form, "type": [form["type"], "null"]} if optional else form


def _kind(public: PublicEvent, name: str) -> tuple[type, bool]:
    hint = get_type_hints(public.event)[name]
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    return (kinds[0], True) if kinds else (hint, False)
