"""What is said, to whom, and what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Message(Base):
    """What is said, once; to whom and how is in deliveries."""

    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID | None]
    kind: Mapped[str]
    category: Mapped[str]
    source: Mapped[str | None]
    sender_id: Mapped[UUID | None]
    cohort_id: Mapped[UUID | None]
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    format: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    variables: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    data: Mapped[dict[str, Any]]
    recipients: Mapped[int] = mapped_column(Integer)
    excluded: Mapped[int] = mapped_column(Integer)
    send_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Delivery(Base):
    """One recipient by one channel, and what became of it: queued, sent, delivered, opened, failed or cancelled."""

    __tablename__ = "deliveries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID]
    organization_id: Mapped[UUID | None]
    channel: Mapped[str]
    recipient: Mapped[str]
    student_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    name: Mapped[str | None]
    address: Mapped[str | None]
    state: Mapped[str]
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(Integer)
    next_attempt_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    provider_id: Mapped[str | None]
    bounces: Mapped[int] = mapped_column(Integer, default=0)
    to_check: Mapped[bool] = mapped_column(default=False)
