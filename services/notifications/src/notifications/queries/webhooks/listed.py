"""What an organization sees of its webhooks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from chassis.clock import now
from notifications.errors import NoSuchDelivery, NoSuchWebhook
from notifications.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookSecret

STATES = ("pending", "delivered", "failed")

_E, _D, _S = WebhookEndpoint, WebhookDelivery, WebhookSecret
_SHOWN = (
    _E.id, _E.url, _E.description, _E.events, _E.enabled, _E.disabled_reason, _E.failing_since, _E.created_by,
    _E.created_at, _E.updated_at,
)  # fmt: skip
_DELIVERY = (
    _D.id, _D.message_id, _D.event, _D.state, _D.reason, _D.attempts, _D.created_at, _D.changed_at,
    _D.next_attempt_at,
)  # fmt: skip


def webhooks_of(organization_id: UUID) -> Select[*tuple[Any, ...]]:
    """The organization's endpoints, the oldest first."""
    return select(*_SHOWN).where(_E.organization_id == organization_id).order_by(_E.created_at, _E.id)


def shown_webhook(session: Session, organization_id: UUID, webhook_id: UUID) -> dict[str, Any]:
    """One endpoint and since when each of its secrets signs, the newest first. Raises NoSuchWebhook."""
    mine = _E.organization_id == organization_id, _E.id == webhook_id
    found = session.execute(select(*_SHOWN).where(*mine)).mappings().one_or_none()
    if found is None:
        raise NoSuchWebhook()
    return {**found, "secrets": secrets_of(session, organization_id, webhook_id)}


def secrets_of(session: Session, organization_id: UUID, webhook_id: UUID) -> list[Any]:
    """When each secret that signs now was made and ends."""
    statement = (
        select(_S.created_at, _S.ends_at)
        .where(_S.organization_id == organization_id, _S.endpoint_id == webhook_id)
        .where(_S.ends_at.is_(None) | (_S.ends_at > now()))
        .order_by(_S.created_at.desc(), _S.id.desc())
    )
    return list(session.execute(statement).mappings())


def find_webhook(session: Session, organization_id: UUID, webhook_id: UUID) -> WebhookEndpoint:
    """The endpoint, locked: who changes it or settles a delivery waits. Raises NoSuchWebhook."""
    found = session.get(_E, (organization_id, webhook_id), with_for_update={"key_share": True})
    if found is None:
        raise NoSuchWebhook()
    return found


def count_webhooks(session: Session, organization_id: UUID) -> int:
    """How many endpoints there are."""
    return session.scalar(select(func.count()).where(_E.organization_id == organization_id)) or 0


def deliveries_of(
    organization_id: UUID, webhook_id: UUID, *, state: str | None, event: str | None
) -> Select[*tuple[Any, ...]]:
    """An endpoint's deliveries, the newest first."""
    statement = (
        select(*_DELIVERY)
        .where(_D.organization_id == organization_id, _D.endpoint_id == webhook_id)
        .order_by(_D.created_at.desc(), _D.id.desc())
    )
    statement = statement if state is None else statement.where(_D.state == state)
    return statement if event is None else statement.where(_D.event == event)


def shown_delivery(session: Session, organization_id: UUID, webhook_id: UUID, delivery_id: UUID) -> dict[str, Any]:
    """One delivery with its body and all its attempts. Raises NoSuchDelivery."""
    mine = _D.organization_id == organization_id, _D.endpoint_id == webhook_id, _D.id == delivery_id
    found = session.execute(select(*_DELIVERY, _D.body).where(*mine)).mappings().one_or_none()
    if found is None:
        raise NoSuchDelivery()
    a = WebhookAttempt
    statement = (
        select(a.number, a.at, a.status, a.reason, a.duration_ms, a.response)
        .where(a.organization_id == organization_id, a.endpoint_id == webhook_id, a.delivery_id == delivery_id)
        .order_by(a.number)
    )
    return {**found, "tried": list(session.execute(statement).mappings())}


def find_delivery(session: Session, organization_id: UUID, webhook_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    """The delivery, locked. Raises NoSuchDelivery."""
    found = session.get(_D, (organization_id, webhook_id, delivery_id), with_for_update=True)
    if found is None:
        raise NoSuchDelivery()
    return found


def failed_since(organization_id: UUID, webhook_id: UUID, since: datetime) -> Any:
    """Which deliveries of an endpoint were given up among those made since then."""
    return (
        (_D.organization_id == organization_id)
        & (_D.endpoint_id == webhook_id)
        & (_D.created_at >= since)
        & (_D.state == "failed")
    )
