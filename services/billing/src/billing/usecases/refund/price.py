"""What goes back: exactly its part of what was paid, so that all parts together are the whole, to the last cent."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from billing import rules
from billing.errors import MoreThanPaid, MoreThanSold, WindowEnded
from billing.models import Checkout, Payment, Refund, RefundFund, RefundLine, SeatGrant
from billing.models.payments import COMPLETED
from billing.queries import credit_notes, invoices, payments, refunds
from billing.queries.refunds import Sold
from billing.usecases.refund.funds import take_funds
from billing.usecases.refund.request import RefundRequest
from chassis.clock import now
from chassis.errors import Invalid
from chassis.money import Money


def price(
    session: Session, refund: Refund, payment: Payment, wanted: RefundRequest
) -> Sequence[RefundLine | RefundFund]:
    """Write on the refund what it comes to. Seats are taken out of their grants, funds are held; the lines say which.

    Raises MoreThanPaid, MoreThanSold, WindowEnded, FundsDisbursed, Invalid.
    """
    grants = refunds.lock_grants(session, payment.organization_id, payment.id)
    if grants:
        return _price_seats(session, refund, grants, wanted)
    if wanted.seats is not None:
        raise Invalid.field("seats", "This payment bought no seats; give an amount, or nothing for all of it.")
    left = payments.left(session, payment)
    amount = left if wanted.amount is None else _read(wanted.amount, payment.currency)
    if not Money(0, payment.currency) < amount <= left:
        raise MoreThanPaid()
    funds = take_funds(session, refund, payment, amount)
    credit = _credited(session, payment)
    refund.credit_minor = min(amount, credit).minor
    tax = _tax(session, refund, max(amount - credit, Money(0, amount.currency)), left - credit)
    refund.net_minor, refund.tax_minor, refund.amount_minor = (amount - tax).minor, tax.minor, amount.minor
    return funds


def _credited(session: Session, payment: Payment) -> Money:
    """What of the payment of an invoice credit notes have made credit: it goes back first, and needs none again."""
    invoice_id = session.get_one(Checkout, payment.checkout_id).invoice_id
    if payment.state != COMPLETED or invoice_id is None:
        return Money(0, payment.currency)
    invoices.lock(session, invoice_id)
    return payments.credit(session, payment)


def _tax(session: Session, refund: Refund, amount: Money, left: Money) -> Money:
    """The part of the invoice's tax in it; there is none on money that paid for nothing."""
    if refund.credited or not amount:
        return Money(0, amount.currency)
    tax_left = credit_notes.tax_left(session, refund.organization_id, refund.payment_id)
    return rules.part_of(Money(tax_left, amount.currency), amount.minor, left.minor)


def _price_seats(
    session: Session, refund: Refund, grants: Sequence[SeatGrant], wanted: RefundRequest
) -> Sequence[RefundLine]:
    if wanted.amount is not None:
        raise Invalid.field("amount", "This payment bought seats; say how many of them go back.")
    sold = refunds.sold(session, refund.organization_id, refund.payment_id)
    lines = [
        _line(refund, grant, sold[grant.id], quantity, unused_only=wanted.unused_only)
        for grant, quantity in _chosen(grants, wanted.seats)
    ]
    for position, line in enumerate(lines, start=1):
        line.position = position
    refund.net_minor = sum(line.net_minor for line in lines)
    refund.tax_minor = sum(line.tax_minor for line in lines)
    refund.amount_minor = refund.net_minor + refund.tax_minor
    return lines


def _chosen(grants: Sequence[SeatGrant], seats: Mapping[UUID, int] | None) -> list[tuple[SeatGrant, int]]:
    """Which grants, and how many seats of each."""
    if seats is None:
        left = [(grant, grant.quantity) for grant in grants if grant.quantity]
        if not left:
            raise MoreThanSold()
        return left
    known = {grant.id: grant for grant in grants}
    if not seats.keys() <= known.keys():
        raise Invalid.field("seats", "Name grants that this payment bought.")
    return [(known[id], quantity) for id, quantity in seats.items()]


def _line(refund: Refund, grant: SeatGrant, sold: Sold, quantity: int, *, unused_only: bool) -> RefundLine:
    at = now()
    months = rules.unused_months(grant.valid_from, sold.months, at) if unused_only else sold.months
    if at >= grant.valid_until or months == 0:
        raise WindowEnded()
    if quantity > grant.quantity:
        raise MoreThanSold()
    units = quantity * months
    net = rules.part_of(grant.net, units, sold.units_left)
    tax = rules.part_of(Money(sold.tax_left_minor, grant.currency), units, sold.units_left)
    grant.give_up(quantity, net)
    return RefundLine(
        organization_id=refund.organization_id,
        refund_id=refund.id,
        grant_id=grant.id,
        quantity=quantity,
        months=months,
        net_minor=net.minor,
        tax_minor=tax.minor,
    )


def _read(amount: Decimal, currency: str) -> Money:
    try:
        return Money.parse(amount, currency)
    except ValueError as error:
        raise Invalid.field("amount", str(error)) from None
