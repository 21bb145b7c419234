"""A provider says that something happened: note the message once, then ask what it was."""

import structlog
from sqlalchemy import text

from billing.clients.payment_gateway import Hint
from billing.errors import UnknownCheckout, UnknownRefund
from billing.usecases.refund import settle_refund
from billing.usecases.settle_checkout import settle_checkout
from chassis.clock import now
from chassis.database import SYSTEM, Database

log = structlog.get_logger()

_NOTE = text("""
insert into provider_events (provider, event_id, type, subject_id, received_at)
values (:provider, :event_id, :type, :subject_id, :now)
on conflict (provider, event_id) do nothing
""")
_SETTLED = text("""
select settled_at is not null from provider_events where provider = :provider and event_id = :event_id
""")
_SETTLE = text("""
update provider_events set settled_at = :now
where provider = :provider and event_id = :event_id and settled_at is null
""")


def receive_webhook(database: Database, provider: str, hint: Hint) -> None:
    """Raises ProviderUnavailable when it cannot be settled now: the provider will send it again."""
    names = {"provider": provider, "event_id": hint.event_id}
    with database.transaction(SYSTEM) as session:
        session.execute(_NOTE, {**names, "type": hint.type, "subject_id": hint.subject_id, "now": now()})
        if session.scalar(_SETTLED, names):
            return
    try:
        settle = settle_refund if hint.is_refund else settle_checkout
        settle(database, hint.subject_id)
    except (UnknownCheckout, UnknownRefund):
        # Signed by the provider, yet not about anything of ours; sending it again would not help.
        log.warning("webhook_of_nothing", provider=provider, event_id=hint.event_id)
    with database.transaction(SYSTEM) as session:
        session.execute(_SETTLE, {**names, "now": now()})
