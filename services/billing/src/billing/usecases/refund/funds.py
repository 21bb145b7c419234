"""What a refund takes of the money that a payment gives to sponsorships and programs."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.catalog import Catalog
from billing.errors import FundsDisbursed
from billing.models import Allocation, Fundable, Invoice, Payment, Refund, RefundFund
from billing.queries import fundables, payments
from billing.usecases.end_funding import free_held
from billing.usecases.issue_credit_note import Credited
from billing.usecases.post_entries import CUSTOMER_CREDIT, funds_held
from chassis.ids import new_id
from chassis.money import Money
from chassis.outbox import publish
from contracts.events.billing import FundsReversed

_NO_TAX = Decimal(0)


def take_funds(session: Session, refund: Refund, payment: Payment, amount: Money) -> list[RefundFund]:
    """What goes back of an amount that is not credit, of each in proportion to what it could give.

    Those are locked, and give it to nobody else until the refund is over. Raises FundsDisbursed.
    """
    named = fundables.given_by(session, payment.organization_id, payment_id=payment.id)
    if not named:
        return []
    targets = fundables.lock(session, payment.organization_id, list(named))
    given = fundables.given_by(session, payment.organization_id, payment_id=payment.id)
    standings = fundables.standings(session, payment.organization_id, list(named))
    spare = [max(0, min(given.get(one.id, 0), standings[one.id].held_minor)) for one in targets]
    credit = payments.credit(session, payment)
    wanted = max(amount - credit, Money(0, amount.currency))
    if wanted.minor > sum(spare):
        most = credit + Money(sum(spare), amount.currency)
        raise FundsDisbursed(f"{FundsDisbursed.message} At most {most.format()} can go back.")
    if not wanted:
        return []
    parts = [(one.id, part.minor) for one, part in zip(targets, wanted.allocate(spare), strict=True) if part]
    return [_fund(refund, position, *part) for position, part in enumerate(parts, start=1)]


def credited_funds(session: Session, invoice: Invoice, refund: Refund) -> list[Credited]:
    """What the credit note says: a line a kind, and one of what was credit. What it takes from is locked."""
    taken: dict[str, Money] = {}
    found = _taken(session, refund)
    fundables.lock(session, refund.organization_id, [target.id for target, _ in found])
    for target, minor in found:
        taken[target.kind] = taken.get(target.kind, Money(0, refund.currency)) + Money(minor, refund.currency)
    rest = refund.amount - sum(taken.values(), Money(0, refund.currency))
    lines = [_credited(invoice, f"{kind}_funding", amount, funds_held(kind)) for kind, amount in sorted(taken.items())]
    return [*lines, _credited(invoice, "contribution", rest, CUSTOMER_CREDIT)] if rest else lines


def reverse_funds(session: Session, refund: Refund, at: datetime) -> None:
    """The money has gone back: what it took (and is locked) is given no more. The credit note has posted it. Say so."""
    taken = _taken(session, refund)
    standings = fundables.standings(session, refund.organization_id, [target.id for target, _ in taken])
    reversals = [(target, _reversal(refund, target, minor, at)) for target, minor in taken]
    session.add_all(reversal for _, reversal in reversals)
    session.flush()
    publish(
        session,
        *(_reversed(target, reversal, standings[target.id].funded_minor) for target, reversal in reversals),
    )


def restore_funds(session: Session, refund: Refund, at: datetime) -> None:
    """It has failed, so what it took is held again; for one that has ended meanwhile, it is credit."""
    for target in fundables.lock(session, refund.organization_id, [target.id for target, _ in _taken(session, refund)]):
        if target.is_ended:
            free_held(session, target, at)


def _taken(session: Session, refund: Refund) -> list[tuple[Fundable, int]]:
    of = (Fundable.organization_id == RefundFund.organization_id) & (Fundable.id == RefundFund.fundable_id)
    mine = (RefundFund.organization_id == refund.organization_id) & (RefundFund.refund_id == refund.id)
    found = session.execute(select(Fundable, RefundFund.amount_minor).join(RefundFund, of).where(mine))
    return [(target, minor) for target, minor in found]


def _fund(refund: Refund, position: int, fundable_id: UUID, minor: int) -> RefundFund:
    return RefundFund(
        organization_id=refund.organization_id,
        refund_id=refund.id,
        position=position,
        fundable_id=fundable_id,
        amount_minor=minor,
    )


def _credited(invoice: Invoice, product: str, amount: Money, account: str) -> Credited:
    return Credited(
        product=product,
        description=f"{Catalog.named(product)}, of invoice {invoice.number}",
        quantity=1,
        months=1,
        net=amount,
        tax=Money(0, amount.currency),
        tax_rate=_NO_TAX,
        account=account,
        unit="contribution",
    )


def _reversal(refund: Refund, target: Fundable, minor: int, at: datetime) -> Allocation:
    return Allocation(
        id=new_id(),
        organization_id=refund.organization_id,
        fundable_id=target.id,
        payment_id=refund.payment_id,
        refund_id=refund.id,
        reason="refund",
        amount_minor=-minor,
        currency=refund.currency,
        allocated_at=at,
    )


def _reversed(target: Fundable, reversal: Allocation, funded_minor: int) -> FundsReversed:
    return FundsReversed(
        organization_id=reversal.organization_id,
        reversal_id=reversal.id,
        amount_minor=-reversal.amount_minor,
        funded_minor=funded_minor + reversal.amount_minor,
        currency=reversal.currency,
        reversed_at=reversal.allocated_at,
        payment_id=reversal.payment_id,
        refund_id=reversal.refund_id,
        **target.names,
    )
