"""What notifications says: what became of a message, one event a recipient and channel."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.rights import ErasureFacts


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event, subject="message_id"):
    """The channel accepted the message for this recipient and carries it on."""

    organization_id: UUID
    message_id: UUID
    delivery_id: UUID
    student_id: UUID | None
    channel: str
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageDelivered(Event, subject="message_id"):
    """The message is where this recipient reads it: in the app, or as the carrier reports."""

    organization_id: UUID
    message_id: UUID
    delivery_id: UUID
    student_id: UUID | None
    channel: str
    delivered_at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageOpened(Event, subject="message_id"):
    """The recipient opened it: in the app, or a mail, if they are of age and have allowed that to be noted."""

    organization_id: UUID
    message_id: UUID
    delivery_id: UUID
    student_id: UUID | None
    channel: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Event, subject="message_id"):
    """The channel refused for good, or the attempts ran out."""

    organization_id: UUID
    message_id: UUID
    delivery_id: UUID
    student_id: UUID | None
    channel: str
    failed_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class ErasureDone(ErasureFacts, Event, subject="request_id"):
    """Notifications has erased the person of a request, and says what it keeps and why."""


@dataclass(frozen=True, kw_only=True)
class DataExportPartReady(Event, subject="request_id"):
    """Notifications can be asked for its part of a person's data (``/internal/person-data``)."""

    request_id: UUID
