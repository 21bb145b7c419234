"""Look after refunds nobody has spoken of for a while: somebody died on the way, or a webhook was lost."""

from datetime import timedelta
from uuid import UUID

import structlog

from billing.models import Refund
from billing.models.refunds import FAILED, REQUESTED
from billing.queries import refunds
from billing.usecases.refund.advance import advance_refund, give_back_seats, look
from billing.usecases.refund.finish import fail_refund
from chassis.clock import now
from chassis.database import SYSTEM, Database

log = structlog.get_logger()

GIVEN_UP = "given_up"
_PATIENCE = timedelta(minutes=10)
"""How long somebody who was told to try again may take to do so."""
_BATCH = 100


def look_after_refunds(database: Database) -> None:
    """Go on with each, in transactions of its own; one that fails is left to the next run."""
    with database.transaction(SYSTEM) as session:
        due = refunds.due(session, now(), _BATCH)
    for refund_id in due:
        try:
            _look_after(database, refund_id)
        except Exception as error:
            log.warning("refund_left_for_later", refund=str(refund_id), error=type(error).__name__)


def _look_after(database: Database, refund_id: UUID) -> None:
    refund, seats = look(database, refund_id)
    if refund.state == REQUESTED and not _is_given_up(database, refund):
        return
    if refund.state in (REQUESTED, FAILED):
        give_back_seats(database, refund, seats)
    else:
        advance_refund(database, refund_id)


def _is_given_up(database: Database, refund: Refund) -> bool:
    """Whoever asked got no promise and did not come back; a late question to programs will find it given up."""
    with database.transaction(SYSTEM) as session:
        locked = refunds.lock(session, refund.id)
        if locked.state != REQUESTED or locked.requested_at > now() - _PATIENCE:
            return False
        return fail_refund(locked, GIVEN_UP)
