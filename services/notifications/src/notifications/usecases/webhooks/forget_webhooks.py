"""Forget deliveries long settled, and secrets that sign no more."""

from datetime import timedelta

from sqlalchemy import text

from chassis.clock import now
from chassis.database import SYSTEM, Database

KEPT = timedelta(days=30)
"""How long a settled delivery can be looked at and replayed."""

BATCH = 5_000

_FORGET = text("""
delete from webhook_deliveries using (
    select organization_id, endpoint_id, id from webhook_deliveries
    where state <> 'pending' and changed_at < :before limit :batch
) old
where webhook_deliveries.organization_id = old.organization_id
    and webhook_deliveries.endpoint_id = old.endpoint_id and webhook_deliveries.id = old.id
""")
_FORGET_SECRETS = text("delete from webhook_secrets where ends_at < :now")


def forget_webhooks(database: Database) -> None:
    """Batch by batch, so that no transaction is long."""
    at = now()
    with database.transaction(SYSTEM) as session:
        session.execute(_FORGET_SECRETS, {"now": at})
    while _forget_batch(database, {"before": at - KEPT, "batch": BATCH}) == BATCH:
        pass


def _forget_batch(database: Database, values: dict[str, object]) -> int:
    with database.transaction(SYSTEM) as session:
        forgotten: int = session.execute(_FORGET, values).rowcount  # type: ignore[attr-defined]
        return forgotten
