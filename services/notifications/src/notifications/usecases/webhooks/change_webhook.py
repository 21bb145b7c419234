"""Change where a webhook leads, what it hears, or whether it is on."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.database import Database
from notifications.errors import WebhookTaken
from notifications.models.webhooks import WebhookEndpoint
from notifications.queries.webhooks.listed import find_webhook, shown_webhook
from notifications.usecases.webhooks.disable_webhook import give_up
from notifications.usecases.webhooks.managing import check_url, managed


def change_webhook(database: Database, caller: Caller, webhook_id: UUID, changes: dict[str, Any]) -> dict[str, Any]:
    """What is not named stays. Switched off, what waits is given up. Raises NoSuchWebhook, Invalid, WebhookTaken."""
    organization_id = managed(caller)
    if "url" in changes:
        check_url(database, changes["url"])
    with database.transaction(organization_id) as session:
        found = find_webhook(session, organization_id, webhook_id)
        if changes.get("url", found.url) != found.url:
            _check_free(session, organization_id, changes["url"])
            found.url = changes["url"]
        found.description = changes.get("description", found.description)
        found.events = sorted(set(changes.get("events", found.events)))
        if "enabled" in changes:
            _switch(session, found, enabled=changes["enabled"])
        found.updated_at = now()
        session.flush()
        return shown_webhook(session, organization_id, webhook_id)


def _switch(session: Session, found: WebhookEndpoint, *, enabled: bool) -> None:
    found.switch(enabled=enabled)
    if not enabled:
        give_up(session, found, now())


def _check_free(session: Session, organization_id: UUID, url: str) -> None:
    statement = exists().where(WebhookEndpoint.organization_id == organization_id, WebhookEndpoint.url == url)
    if session.scalar(select(statement)):
        raise WebhookTaken()
