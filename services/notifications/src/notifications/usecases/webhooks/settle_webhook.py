"""Write down what came of an attempt, for the delivery and for its endpoint."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from notifications.models.webhooks import WebhookEndpoint
from notifications.rules.webhooks.schedule import Outcome, next_pause
from notifications.usecases.webhooks.disable_webhook import tell_of_disabled

_NOTE = text("""
insert into webhook_attempts
    (organization_id, endpoint_id, delivery_id, number, at, status, reason, duration_ms, response)
select organization_id, endpoint_id, id, :attempts, :at, :status, :reason, :duration_ms, :response
from webhook_deliveries where organization_id = :organization_id and endpoint_id = :endpoint_id and id = :id
on conflict do nothing
""")
# Whoever has taken the delivery in hand since has counted one attempt more: theirs is the last word.
_DELIVERED = text("""
update webhook_deliveries set state = 'delivered', reason = null, leased_until = null, changed_at = :at
where organization_id = :organization_id and endpoint_id = :endpoint_id and id = :id and attempts = :attempts
""")
_FAILED = text("""
update webhook_deliveries set state = 'failed', reason = :reason, leased_until = null, changed_at = :at
where organization_id = :organization_id and endpoint_id = :endpoint_id and id = :id and attempts = :attempts
    and state = 'pending'
""")
_POSTPONED = text("""
update webhook_deliveries set reason = :reason, next_attempt_at = :next, leased_until = null, changed_at = :at
where organization_id = :organization_id and endpoint_id = :endpoint_id and id = :id and attempts = :attempts
    and state = 'pending'
""")


def settle_webhook(session: Session, row: Row[*tuple[Any, ...]], outcome: Outcome, at: datetime) -> None:
    """Delivered, to be tried again, or failed. Nothing when the endpoint was deleted meanwhile."""
    # The endpoint first, as whoever changes it does: two that lock in one order never wait for each other.
    endpoint = session.get(WebhookEndpoint, (row.organization_id, row.endpoint_id), with_for_update={"key_share": True})
    if endpoint is None:
        return
    which = {"organization_id": row.organization_id, "endpoint_id": row.endpoint_id, "id": row.id}
    values = {**which, "attempts": row.attempts, "at": at, "reason": outcome.why}
    facts = {"status": outcome.status, "duration_ms": outcome.duration_ms, "response": outcome.response}
    session.execute(_NOTE, {**values, **facts})
    pause = None if outcome.is_gone else next_pause(row.tries, outcome, at)
    if outcome.is_accepted:
        session.execute(_DELIVERED, values)
        endpoint.note_success(slow=outcome.is_slow)
    elif pause is None:
        session.execute(_FAILED, values)
    else:
        session.execute(_POSTPONED, {**values, "next": at + timedelta(seconds=pause)})
    if not outcome.is_accepted and endpoint.note_failure(at, gone=outcome.is_gone):
        tell_of_disabled(session, endpoint, at)
