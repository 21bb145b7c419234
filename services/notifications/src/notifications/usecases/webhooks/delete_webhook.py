"""Take a webhook away."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from notifications.queries.webhooks.listed import find_webhook
from notifications.usecases.webhooks.managing import managed


def delete_webhook(session: Session, caller: Caller, webhook_id: UUID) -> None:
    """With its secrets and all that was delivered. Raises NoSuchWebhook."""
    session.delete(find_webhook(session, managed(caller), webhook_id))
