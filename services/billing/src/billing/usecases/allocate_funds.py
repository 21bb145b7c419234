"""Give the money of a payment to what it funds: exactly, and never more than that still lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.models import Allocation, Checkout, Fundable, FundingLine, Payment
from billing.queries import fundables
from chassis.ids import new_id
from chassis.money import Money
from chassis.outbox import publish
from contracts.events.billing import FundsAllocated


@dataclass(frozen=True)
class Share:
    """What one of them gets, and has in all with it."""

    fundable: Fundable
    amount: Money
    funded: Money


def share_funds(session: Session, checkout: Checkout) -> list[Share]:
    """What a paid checkout gives to each of its lines, which are locked: as it said, as far as that still lacks as
    much. One that has ended gets nothing; what nobody gets is the organization's credit.
    """
    mine = (FundingLine.organization_id == checkout.organization_id) & (FundingLine.checkout_id == checkout.id)
    lines = {line.fundable_id: line.amount_minor for line in session.scalars(select(FundingLine).where(mine))}
    if not lines:
        return []
    targets = fundables.lock(session, checkout.organization_id, list(lines))
    standings = fundables.standings(session, checkout.organization_id, list(lines))
    shares = []
    for target in targets:
        standing = standings[target.id]
        minor = 0 if target.is_ended else min(lines[target.id], standing.lacking_minor(target))
        if minor:
            funded = Money(standing.funded_minor + minor, checkout.currency)
            shares.append(Share(target, Money(minor, checkout.currency), funded))
    return shares


def allocate_funds(session: Session, payment: Payment, shares: Sequence[Share], at: datetime) -> None:
    """Write down what each gets of the payment, whose ledger entries hold the same, and say so."""
    given = [(share, _allocation(payment, share, at)) for share in shares]
    session.add_all(allocation for _, allocation in given)
    session.flush()
    publish(session, *(_allocated(share, allocation) for share, allocation in given))


def _allocation(payment: Payment, share: Share, at: datetime) -> Allocation:
    return Allocation(
        id=new_id(),
        organization_id=payment.organization_id,
        fundable_id=share.fundable.id,
        payment_id=payment.id,
        reason="payment",
        amount_minor=share.amount.minor,
        currency=share.amount.currency,
        allocated_at=at,
    )


def _allocated(share: Share, allocation: Allocation) -> FundsAllocated:
    return FundsAllocated(
        organization_id=allocation.organization_id,
        allocation_id=allocation.id,
        payment_id=allocation.payment_id,
        amount_minor=allocation.amount_minor,
        funded_minor=share.funded.minor,
        currency=allocation.currency,
        allocated_at=allocation.allocated_at,
        **share.fundable.names,
    )
