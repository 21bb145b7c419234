"""Send an event that means nothing, to try a receiver."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.ids import new_id
from notifications.queries.webhooks.listed import find_webhook, shown_delivery
from notifications.rules.webhooks.catalogue import TEST
from notifications.rules.webhooks.payload import body
from notifications.usecases.webhooks.announce import queue
from notifications.usecases.webhooks.managing import managed


def send_test_event(session: Session, caller: Caller, webhook_id: UUID) -> dict[str, Any]:
    """Its delivery, which has just been queued. Raises NoSuchWebhook, WebhookDisabled."""
    organization_id = managed(caller)
    find_webhook(session, organization_id, webhook_id).check_enabled()
    at, delivery_id = now(), new_id()
    data = {"organization_id": str(organization_id), "webhook_id": str(webhook_id)}
    queue(session, [(organization_id, webhook_id, new_id(), delivery_id, TEST, body(TEST, at, data))], at)
    return shown_delivery(session, organization_id, webhook_id, delivery_id)
