"""An endpoint is switched off: what waits for it is given up, and when we did it its people are told."""

from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.failures import NotYet
from notifications.models.webhooks import WebhookEndpoint
from notifications.usecases.notify import To, notify, notify_contact

_GIVE_UP = text("""
update webhook_deliveries set state = 'failed', reason = 'webhook_disabled', leased_until = null, changed_at = :at
where organization_id = :organization_id and endpoint_id = :endpoint_id and state = 'pending'
""")


def give_up(session: Session, endpoint: WebhookEndpoint, at: datetime) -> None:
    """What waits has failed; it can be replayed."""
    values = {"organization_id": endpoint.organization_id, "endpoint_id": endpoint.id, "at": at}
    session.execute(_GIVE_UP, values)


def tell_of_disabled(session: Session, endpoint: WebhookEndpoint, at: datetime) -> None:
    """Give up what waits; a mail to the organization's contact, and an entry in the inbox of who made the endpoint."""
    give_up(session, endpoint, at)
    since = (endpoint.failing_since or at).astimezone(UTC).strftime("%-d %B %Y, %H:%M UTC")
    data = {"url": endpoint.url, "why": endpoint.disabled_reason, "since_day": since}
    fact = f"webhook_disabled:{endpoint.id}:{at.isoformat()}"
    organization_id = endpoint.organization_id
    with suppress(NotYet):  # identity has not told of the organization; what the receiver did still holds
        notify_contact(session, "webhook_disabled", data, organization_id=organization_id, source=f"{fact}:contact")
    if endpoint.created_by is not None:
        to = To(user_id=endpoint.created_by)
        notify(session, "webhook_disabled", to, data, organization_id=organization_id, source=f"{fact}:inbox")
