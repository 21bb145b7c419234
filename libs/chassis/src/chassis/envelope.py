"""How an event travels: the CloudEvents 1.0 JSON envelope, one event or a batch.

``data`` is kept as raw JSON, so that relay and receiver pass it on without reading it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from contracts.event import REGISTRY, Event

BATCH_TYPE = "application/cloudevents-batch+json"
"""Content type of a batch."""

EVENT_TYPE = "application/cloudevents+json"
"""Content type of one event."""


class UnknownEvent(Exception):
    """The type is in no contract this process was built with."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One CloudEvents 1.0 event.

    ``position``, ``organization``, ``traceparent`` and ``tracestate`` are extension attributes. ``position``
    counts within the source and is text, because a CloudEvents integer has only 32 bits.
    """

    id: UUID
    source: str
    specversion: Literal["1.0"]
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"]
    position: str
    data: msgspec.Raw
    organization: UUID | None = None
    traceparent: str | None = None
    tracestate: str | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[Envelope])
_one_decoder = msgspec.json.Decoder(Envelope)
_SOURCE = re.compile(r"/ufadhili/[a-z]+")
_POSITION = re.compile(r"[0-9]{1,18}")


def source(service: str) -> str:
    """The CloudEvents source of what ``service`` publishes."""
    return f"/ufadhili/{service}"


def from_row(service: str, row: Any) -> Envelope:
    """The envelope of an outbox row whose ``data`` was read as text."""
    return Envelope(
        id=row.id,
        source=source(service),
        specversion="1.0",
        type=row.type,
        subject=row.subject,
        time=row.occurred_at,
        datacontenttype="application/json",
        position=str(row.position),
        data=msgspec.Raw(row.data.encode()),
        organization=row.organization_id,
        traceparent=row.traceparent,
        tracestate=row.tracestate,
    )


def to_json(envelopes: Sequence[Envelope]) -> bytes:
    """A batch as JSON."""
    return _encoder.encode(envelopes)


def from_json(body: bytes) -> list[Envelope]:
    """The batch in ``body``. Raises ``msgspec.DecodeError`` when it is not one."""
    return _decoder.decode(body)


def one_to_json(envelope: Envelope) -> bytes:
    """One event as JSON."""
    return _encoder.encode(envelope)


def one_from_json(body: bytes) -> Envelope:
    """The event in ``body``. Raises ``msgspec.DecodeError`` when it is not one."""
    return _one_decoder.decode(body)


def is_ours(envelope: Envelope) -> bool:
    """Whether source and position are in the form we publish."""
    return bool(_SOURCE.fullmatch(envelope.source) and _POSITION.fullmatch(envelope.position))


def encode(event: Event) -> bytes:
    """The event's own fields as JSON: ids and times as text, Decimal as text so that no digit is lost."""
    return _encoder.encode(event)


def decode(name: str, data: Mapping[str, Any]) -> Event:
    """The event of the type called ``name``. Unknown fields are left out: a publisher may be ahead of us.

    Raises ``UnknownEvent`` for a type in no contract, ``msgspec.ValidationError`` for data that does not fit.
    """
    known = REGISTRY.get(name)
    if known is None:
        raise UnknownEvent(f"{name} is in no contract known here: deploy the contracts")
    event: Event = msgspec.convert(data, known, strict=False)
    return event
