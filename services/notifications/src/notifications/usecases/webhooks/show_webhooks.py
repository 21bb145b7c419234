"""What an organization looks at: its webhooks, and what was delivered to each."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.paging import Page, paginate
from notifications.queries.webhooks.listed import deliveries_of, shown_delivery, shown_webhook, webhooks_of
from notifications.rules.webhooks.catalogue import CATALOGUE
from notifications.rules.webhooks.payload import example_of, schema_of
from notifications.usecases.webhooks.managing import managed


def list_webhooks(session: Session, caller: Caller, *, page: int, limit: int) -> Page:
    """The organization's, the oldest first."""
    return paginate(session, webhooks_of(managed(caller)), page=page, limit=limit)


def show_webhook(session: Session, caller: Caller, webhook_id: UUID) -> dict[str, Any]:
    """One of them. Raises NoSuchWebhook."""
    return shown_webhook(session, managed(caller), webhook_id)


def list_deliveries(
    session: Session, caller: Caller, webhook_id: UUID, *, page: int, limit: int, state: str | None, event: str | None
) -> Page:
    """One's deliveries, the newest first. Raises NoSuchWebhook."""
    organization_id = managed(caller)
    shown_webhook(session, organization_id, webhook_id)
    return paginate(
        session, deliveries_of(organization_id, webhook_id, state=state, event=event), page=page, limit=limit
    )


def show_delivery(session: Session, caller: Caller, webhook_id: UUID, delivery_id: UUID) -> dict[str, Any]:
    """One delivery, its body and every attempt. Raises NoSuchDelivery."""
    return shown_delivery(session, managed(caller), webhook_id, delivery_id)


def list_events() -> list[dict[str, Any]]:
    """Every event there is to subscribe to, as it looks when it arrives."""
    return [
        {"name": each.name, "description": each.meaning, "schema": schema_of(each), "example": example_of(each)}
        for each in CATALOGUE
    ]
