"""Deliver one event again, under the id it had: by that a receiver knows what it has seen."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from notifications.queries.webhooks.listed import find_delivery, find_webhook
from notifications.usecases.webhooks.managing import managed


def replay_delivery(session: Session, caller: Caller, webhook_id: UUID, delivery_id: UUID) -> None:
    """Raises NoSuchWebhook, NoSuchDelivery, WebhookDisabled, DeliveryUnderWay."""
    organization_id = managed(caller)
    find_webhook(session, organization_id, webhook_id).check_enabled()
    find_delivery(session, organization_id, webhook_id, delivery_id).replay(now())
