"""Release one part of what is held: the school's from now on."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from billing.models import Disbursement, Fundable
from billing.usecases.post_entries import disbursed, funds_held, post_entries
from chassis.outbox import publish
from contracts.events.billing import DisbursementMade


def release_part(session: Session, target: Fundable, part: Disbursement, on: date, at: datetime) -> None:
    """Mark it, post it and say so; whoever calls holds the target's lock and has seen that the money is there.

    Raises NotScheduled.
    """
    part.make(on, at)
    session.flush()
    post_entries(
        session,
        part.organization_id,
        kind="disbursement",
        reference=f"disbursement:{part.id}",
        description=part.description,
        occurred_at=at,
        amounts={funds_held(target.kind): part.amount, disbursed(target.kind): -part.amount},
    )
    made = DisbursementMade(
        organization_id=part.organization_id,
        disbursement_id=part.id,
        amount_minor=part.amount_minor,
        currency=part.currency,
        made_on=on,
        made_at=at,
        description=part.description,
        **target.names,
    )
    publish(session, made)
