"""A sponsorship or program has ended: nothing more is released, and what is held becomes the organization's credit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from billing.models import Allocation, Disbursement, Fundable
from billing.models.fundables import ACTIVE, COMPLETED
from billing.queries import disbursements, fundables
from billing.usecases.make_disbursements import release_due
from billing.usecases.post_entries import CUSTOMER_CREDIT, funds_held, post_entries
from chassis.ids import new_id
from chassis.money import Money
from chassis.outbox import publish
from contracts.events.billing import DisbursementCancelled, FundsReversed


def end_funding(session: Session, target: Fundable, state: str, at: datetime) -> None:
    """``state`` is completed or cancelled. What was due until a completed one ended is released first. Harmless to
    repeat. The target is locked.
    """
    if target.state == ACTIVE and state == COMPLETED:
        release_due(session, target, at)
    target.state = state
    _cancel(session, target, at)
    free_held(session, target, at)


def free_held(session: Session, target: Fundable, at: datetime) -> None:
    """What is still held for one that has ended is the organization's credit from now on. The target is locked."""
    standing = fundables.standings(session, target.organization_id, [target.id])[target.id]
    if standing.held_minor <= 0:
        return
    held = Money(standing.held_minor, target.currency)
    reversal = new_id()
    session.add_all(_taken_back(session, target, held, at))
    session.flush()
    post_entries(
        session,
        target.organization_id,
        kind="release",
        reference=f"release:{reversal}",
        description=f"Held for a {target.kind} that has ended",
        occurred_at=at,
        amounts={funds_held(target.kind): held, CUSTOMER_CREDIT: -held},
    )
    publish(session, _reversed(target, reversal, held, standing.funded_minor - held.minor, at))


def _taken_back(session: Session, target: Fundable, held: Money, at: datetime) -> list[Allocation]:
    """Of every payment in proportion to what it gives."""
    givers = fundables.givers(session, target.organization_id, fundable_id=target.id)
    parts = held.allocate(list(givers.values()))
    return [
        _allocation(target, payment_id, -part.minor, at) for payment_id, part in zip(givers, parts, strict=True) if part
    ]


def _allocation(target: Fundable, payment_id: UUID, minor: int, at: datetime) -> Allocation:
    return Allocation(
        id=new_id(),
        organization_id=target.organization_id,
        fundable_id=target.id,
        payment_id=payment_id,
        reason="ended",
        amount_minor=minor,
        currency=target.currency,
        allocated_at=at,
    )


def _cancel(session: Session, target: Fundable, at: datetime) -> None:
    parts = disbursements.scheduled(session, target)
    for part in parts:
        part.cancel(at)
    session.flush()
    publish(session, *(_cancelled(target, part, at) for part in parts))


def _cancelled(target: Fundable, part: Disbursement, at: datetime) -> DisbursementCancelled:
    return DisbursementCancelled(
        organization_id=target.organization_id, disbursement_id=part.id, cancelled_at=at, **target.names
    )


def _reversed(target: Fundable, reversal: UUID, held: Money, funded_minor: int, at: datetime) -> FundsReversed:
    return FundsReversed(
        organization_id=target.organization_id,
        reversal_id=reversal,
        amount_minor=held.minor,
        funded_minor=funded_minor,
        currency=target.currency,
        reversed_at=at,
        **target.names,
    )
