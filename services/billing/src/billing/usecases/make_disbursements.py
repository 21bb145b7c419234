"""Release what is due, as far as money is held for it; the rest waits, and is counted."""

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from billing.models import Fundable
from billing.models.fundables import ACTIVE
from billing.queries import disbursements, fundables, partners
from billing.usecases.release_part import release_part
from chassis.clock import now
from chassis.database import SYSTEM, Database

log = structlog.get_logger()

_BATCH = 500


def make_disbursements(database: Database) -> None:
    """Each sponsorship and program in a transaction of its own; one that fails is left to the next run."""
    with database.transaction(SYSTEM) as session:
        payable = disbursements.payable(session, now(), _BATCH)
    for organization_id, fundable_id in payable:
        try:
            _make(database, organization_id, fundable_id)
        except Exception as error:
            log.warning("disbursing_postponed", target=str(fundable_id), error=type(error).__name__)


def _make(database: Database, organization_id: UUID, fundable_id: UUID) -> None:
    with database.transaction(SYSTEM) as session:
        [target] = fundables.lock(session, organization_id, [fundable_id])
        if target.state == ACTIVE:
            release_due(session, target, now())


def release_due(session: Session, target: Fundable, at: datetime) -> None:
    """Its parts that are due, in order, while as much is held. The target is locked."""
    today = partners.today(session, target.organization_id, at)
    held = fundables.standings(session, target.organization_id, [target.id])[target.id].held_minor
    for part in disbursements.scheduled(session, target, until=today):
        if part.amount_minor > held:
            return
        held -= part.amount_minor
        release_part(session, target, part, today, at)
