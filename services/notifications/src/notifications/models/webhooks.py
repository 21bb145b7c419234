"""Endpoints that organizations name, their secrets, and what was delivered to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from notifications.errors import DeliveryUnderWay, WebhookDisabled
from notifications.rules.webhooks.schedule import DISABLED_AFTER


class WebhookEndpoint(Base):
    """Where an organization wants to hear of events, and how it has done lately."""

    __tablename__ = "webhook_endpoints"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    url: Mapped[str]
    description: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    enabled: Mapped[bool]
    disabled_reason: Mapped[str | None]
    failing_since: Mapped[datetime | None]
    strained: Mapped[bool]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    def switch(self, *, enabled: bool) -> None:
        """On or off, by the organization's own wish. Switched on it begins with a clean record."""
        if enabled and not self.enabled:
            self.failing_since, self.strained = None, False
        self.enabled, self.disabled_reason = enabled, None

    def check_enabled(self) -> None:
        """Raise WebhookDisabled unless something can be delivered."""
        if not self.enabled:
            raise WebhookDisabled()

    def note_success(self, *, slow: bool) -> None:
        """It accepted a delivery."""
        self.failing_since, self.strained = None, slow

    def note_failure(self, at: datetime, *, gone: bool) -> bool:
        """It did not. True when it is switched off by this: it wants no more, or has accepted nothing for days."""
        self.failing_since, self.strained = self.failing_since or at, True
        if not self.enabled or not (gone or at - self.failing_since >= DISABLED_AFTER):
            return False
        self.enabled, self.disabled_reason = False, "gone" if gone else "failing"
        return True


class WebhookSecret(Base):
    """A signing secret, encrypted; it signs until ``ends_at``."""

    __tablename__ = "webhook_secrets"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    endpoint_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class WebhookDelivery(Base):
    """One event for one endpoint: pending, delivered or failed."""

    __tablename__ = "webhook_deliveries"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    endpoint_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID]
    event: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    tries: Mapped[int] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer)
    next_attempt_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    def replay(self, at: datetime) -> None:
        """Deliver it again from the start, under the id it has. Raises DeliveryUnderWay."""
        if self.leased_until is not None and self.leased_until > at:
            raise DeliveryUnderWay()
        self.state, self.reason, self.tries = "pending", None, 0
        self.next_attempt_at, self.leased_until, self.changed_at = at, None, at


class WebhookAttempt(Base):
    """One request and what was answered."""

    __tablename__ = "webhook_attempts"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    endpoint_id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime]
    status: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str | None]
    duration_ms: Mapped[int] = mapped_column(Integer)
    response: Mapped[str | None]
