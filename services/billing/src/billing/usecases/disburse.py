"""Release one disbursement before its day, because the partner says so."""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from billing.errors import NotFunded
from billing.queries import disbursements, fundables, partners
from billing.usecases.release_part import release_part
from chassis.auth import Caller
from chassis.clock import now

log = structlog.get_logger("audit")


def disburse(session: Session, caller: Caller, disbursement_id: UUID) -> dict[str, Any]:
    """The disbursement as it is shown. Raises UnknownDisbursement, NotScheduled, NotFunded."""
    part = disbursements.get(session, caller.organization_id, disbursement_id)
    [target] = fundables.lock(session, part.organization_id, [part.fundable_id])
    part = disbursements.get(session, caller.organization_id, disbursement_id)
    at = now()
    today = partners.today(session, part.organization_id, at)
    part.require_scheduled()
    target.require_active()
    standing = fundables.standings(session, part.organization_id, [target.id])[target.id]
    if standing.held_minor < part.amount_minor:
        raise NotFunded()
    release_part(session, target, part, today, at)
    log.info("disbursed_early", user=str(caller.user_id), disbursement=str(part.id))
    return disbursements.one(session, caller, part.id)
