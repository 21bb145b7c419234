"""Subscribe an address to events."""

import base64
from collections.abc import Collection
from secrets import token_bytes
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from chassis.sealing import Sealing
from chassis.wiring import use
from notifications.errors import TooManyWebhooks, WebhookTaken
from notifications.models.webhooks import WebhookEndpoint, WebhookSecret
from notifications.queries.webhooks.listed import count_webhooks, shown_webhook
from notifications.usecases.webhooks.managing import check_url, managed

MOST = 20
"""Endpoints of one organization."""

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('webhooks of ' || :organization_id, 0))")


def create_webhook(
    database: Database, caller: Caller, *, url: str, description: str, events: Collection[str], enabled: bool
) -> dict[str, Any]:
    """The endpoint with its ``secret``, which is never shown again. Raises Invalid, TooManyWebhooks, WebhookTaken."""
    organization_id = managed(caller)
    check_url(database, url)
    with database.transaction(organization_id) as session:
        session.execute(_ONE_AT_A_TIME, {"organization_id": str(organization_id)})
        if count_webhooks(session, organization_id) >= MOST:
            raise TooManyWebhooks()
        at = now()
        row = {"organization_id": organization_id, "id": new_id(), "url": url, "description": description}
        row |= {"events": sorted(set(events)), "enabled": enabled, "strained": False}
        row |= {"created_by": caller.user_id, "created_at": at, "updated_at": at}
        kept = session.scalar(
            insert(WebhookEndpoint).values(**row).on_conflict_do_nothing().returning(WebhookEndpoint.id)
        )
        if kept is None:
            raise WebhookTaken()
        secret = add_secret(session, organization_id, kept)
        return {**shown_webhook(session, organization_id, kept), "secret": secret}


def add_secret(session: Session, organization_id: UUID, webhook_id: UUID) -> str:
    """A new secret that signs from now on."""
    # 32 random bytes, as the specification writes them.
    secret = "whsec_" + base64.b64encode(token_bytes(32)).decode()
    sealed = use(session, Sealing).seal(webhook_id, secret)
    made = WebhookSecret(
        organization_id=organization_id, endpoint_id=webhook_id, id=new_id(), sealed=sealed, created_at=now()
    )
    session.add(made)
    session.flush()
    return secret
