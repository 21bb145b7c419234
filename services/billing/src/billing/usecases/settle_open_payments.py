"""Look after checkouts nobody has spoken of for a while: a webhook was lost, or their time has passed."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import text

from billing.clients.gateways import Gateways
from billing.models.checkouts import EXPIRED
from billing.queries import checkouts
from billing.settings import Settings
from billing.usecases.close_checkout import close_checkout
from billing.usecases.settle_checkout import settle_checkout
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use

log = structlog.get_logger()

_BATCH = 200
# Asked again after as long as it has been open, so that an old one costs ever less.
_QUIET = text("""
select id from checkouts
where state = 'open' and provider = any(:providers) and (
    expires_at <= :now
    or opened_at <= :settle_before and (checked_at is null or checked_at <= :now - (checked_at - opened_at))
        and (checked_at is null or checked_at <= :settle_before)
) order by checked_at nulls first, id limit :batch
""")
_NEVER_PAID = text("""
select id from checkouts
where state = 'open' and (opened_at is null or provider <> all(:providers)) and expires_at <= :now
order by expires_at limit :batch
""")


def settle_open_payments(database: Database) -> None:
    """Settle and expire them, each in transactions of its own; one that fails is left to the next run."""
    moment = now()
    with database.transaction(SYSTEM) as session:
        settle_after = timedelta(seconds=use(session, Settings).settle_after_seconds)
        values = {
            "providers": use(session, Gateways).names,
            "now": moment,
            "settle_before": moment - settle_after,
            "batch": _BATCH,
        }
        quiet: list[UUID] = list(session.scalars(_QUIET, values))
        never_paid: list[UUID] = list(session.scalars(_NEVER_PAID, values))
    for checkout_id in quiet:
        try:
            settle_checkout(database, checkout_id)
            _expire(database, checkout_id, moment)
        except Exception as error:
            # The others do not wait for this one; whoever was asked longest ago comes first next time.
            log.warning("settling_postponed", checkout=str(checkout_id), error=type(error).__name__)
    for checkout_id in never_paid:
        _expire(database, checkout_id, moment)


def _expire(database: Database, checkout_id: UUID, moment: datetime) -> None:
    """End it if it is still open past its time. Money that comes later all the same is honoured."""
    with database.transaction(SYSTEM) as session:
        checkout = checkouts.lock(session, checkout_id)
        if checkout.is_open and checkout.expires_at <= moment:
            close_checkout(session, checkout, EXPIRED)
