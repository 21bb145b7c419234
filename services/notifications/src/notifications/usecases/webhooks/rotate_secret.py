"""Give a webhook a new secret; the old one goes on signing beside it for a while."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from notifications.errors import TooManySecrets
from notifications.queries.webhooks.listed import find_webhook, secrets_of
from notifications.usecases.webhooks.create_webhook import add_secret
from notifications.usecases.webhooks.managing import managed

MOST = 5
"""Secrets that sign at the same time; each is one more signature in a header."""

_END = text("""
update webhook_secrets set ends_at = :ends_at
where organization_id = :organization_id and endpoint_id = :webhook_id
    and (ends_at is null or (:all and ends_at > :ends_at))
""")


def rotate_secret(session: Session, caller: Caller, webhook_id: UUID, *, overlap_hours: int) -> dict[str, Any]:
    """The new ``secret``, shown this once, and until when each earlier one signs. With 0 hours none does.

    Raises NoSuchWebhook, TooManySecrets.
    """
    organization_id = managed(caller)
    found = find_webhook(session, organization_id, webhook_id)
    which = {"organization_id": organization_id, "webhook_id": webhook_id}
    ends_at = now() + timedelta(hours=overlap_hours)
    session.execute(_END, {**which, "ends_at": ends_at, "all": not overlap_hours})
    if overlap_hours and len(secrets_of(session, organization_id, webhook_id)) >= MOST:
        raise TooManySecrets()
    found.updated_at = now()
    secret = add_secret(session, organization_id, webhook_id)
    return {"secret": secret, "secrets": secrets_of(session, organization_id, webhook_id)}
