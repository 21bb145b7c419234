"""Deliver again everything that failed since a moment, under the ids it had."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from notifications.models.webhooks import WebhookDelivery
from notifications.queries.webhooks.listed import failed_since, find_webhook
from notifications.usecases.webhooks.managing import managed


def replay_failed(session: Session, caller: Caller, webhook_id: UUID, *, since: datetime) -> int:
    """How many are delivered again. Raises NoSuchWebhook, WebhookDisabled."""
    organization_id = managed(caller)
    find_webhook(session, organization_id, webhook_id).check_enabled()
    at = now()
    statement = (
        update(WebhookDelivery)
        .where(failed_since(organization_id, webhook_id, since))
        .values(state="pending", reason=None, tries=0, next_attempt_at=at, leased_until=None, changed_at=at)
        .execution_options(synchronize_session=False)
    )
    replayed: int = session.execute(statement).rowcount  # type: ignore[attr-defined]
    return replayed
