"""What notifications says: what became of a message, one event a recipient and channel."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class MessageDelivered(Event, subject="message_id"):
    """The channel accepted the message for this recipient."""

    organization_id: UUID
    message_id: UUID
    delivery_id: UUID
    student_id: UUID | None
    channel: str
    delivered_at: datetime


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
