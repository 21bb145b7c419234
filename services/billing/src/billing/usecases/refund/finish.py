"""How a refund ends: booked with its credit note, or undone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import rules
from billing.catalog import Catalog
from billing.models import Checkout, CheckoutLine, Invoice, Payment, Refund, RefundLine, SeatGrant
from billing.models.payments import CREDIT
from billing.queries import credit_notes, refunds
from billing.usecases.issue_credit_note import CreditDraft, Credited, issue_credit_notes
from billing.usecases.post_entries import (
    CUSTOMER_CREDIT,
    DEFERRED_SEATS,
    SEAT_REVENUE,
    cash_clearing,
    post_entries,
    revenue,
)
from billing.usecases.refund.funds import credited_funds, restore_funds, reverse_funds
from chassis.clock import now
from chassis.money import Money
from chassis.outbox import publish
from contracts.events.billing import PaymentRefunded, SeatsRefunded


def complete_refund(session: Session, refund: Refund, reference: str) -> None:
    """The money is on its way back: credit note, ledger and events, once."""
    if refund.is_over:
        return
    at = now()
    refund.complete(reference, at)
    session.flush()
    payment = session.get_one(Payment, refund.payment_id)
    checkout = session.get_one(Checkout, payment.checkout_id)
    lines = refunds.lines(session, refund)
    if not refund.credited and refund.claimed:
        invoice = session.scalars(select(Invoice).where(Invoice.payment_id == payment.id)).one()
        credited = [_seats(session, checkout, refund, line) for line in lines]
        credited = credited or _paid_for(session, checkout, invoice, refund)
        note = CreditDraft(invoice=invoice, lines=credited, reason=refund.reason, refund_id=refund.id)
        issue_credit_notes(session, [note], at)
        reverse_funds(session, refund, at)
    _pay_out(session, refund)
    publish(session, _refunded(refund, payment, checkout), *(_given_up(session, refund, line) for line in lines))


def fail_refund(refund: Refund, failure: str) -> bool:
    """Whether it failed now, and not before. One that is completed stays so."""
    if refund.is_over:
        return False
    refund.fail(failure)
    return True


def restore_seats(session: Session, refund: Refund) -> None:
    """Let a failed refund's seats, and the funds it took, be the organization's again, once."""
    if refund.returned_at is not None:
        return
    refund.returned_at = now()
    for line in refunds.lines(session, refund):
        grant = session.get_one(SeatGrant, line.grant_id, with_for_update=True, populate_existing=True)
        net = Money(line.net_minor, refund.currency)
        grant.take_back(line.quantity, net)
        if grant.expired_at is not None:
            _recognise(session, grant, refund, net)
    session.flush()
    restore_funds(session, refund, refund.returned_at)


def _seats(session: Session, checkout: Checkout, refund: Refund, line: RefundLine) -> Credited:
    grant = session.get_one(SeatGrant, line.grant_id)
    sold = session.get_one(CheckoutLine, (checkout.organization_id, checkout.id, grant.position))
    return Credited(
        product=rules.SEAT,
        description=Catalog.described(rules.SEAT, line.quantity, line.months),
        quantity=line.quantity,
        months=line.months,
        net=Money(line.net_minor, refund.currency),
        tax=Money(line.tax_minor, refund.currency),
        tax_rate=sold.tax_rate,
        account=DEFERRED_SEATS,
        unit="seat",
    )


def _paid_for(session: Session, checkout: Checkout, invoice: Invoice, refund: Refund) -> list[Credited]:
    """What was paid beside seats: funds, or what was used."""
    if checkout.is_funding:
        return credited_funds(session, invoice, refund)
    return _usage(session, invoice, refund)


def _usage(session: Session, invoice: Invoice, refund: Refund) -> list[Credited]:
    """Some of what was invoiced as it was used: spread over the products as far as they are not credited yet."""
    left = credit_notes.products_left(session, invoice)
    nets = (refund.claimed - refund.tax).allocate([int(row.net_minor) for row in left])
    taxes = refund.tax.allocate([int(row.tax_minor) for row in left]) if refund.tax else [refund.tax] * len(left)
    return [
        Credited(
            product=row.product,
            description=f"{Catalog.named(row.product)}, of invoice {invoice.number}",
            quantity=1,
            months=1,
            net=net,
            tax=tax,
            tax_rate=row.tax_rate,
            account=revenue(row.product),
        )
        for row, net, tax in zip(left, nets, taxes, strict=True)
        if net or tax
    ]


def _pay_out(session: Session, refund: Refund) -> None:
    """What is owed to the organization leaves the provider. Credit that had paid is credit again: nothing leaves."""
    if refund.provider == CREDIT:
        return
    post_entries(
        session,
        refund.organization_id,
        kind="refund",
        reference=f"refund:{refund.provider}:{refund.reference}",
        description="Refund",
        occurred_at=refund.completed_at or now(),
        amounts={CUSTOMER_CREDIT: refund.amount, cash_clearing(refund.provider): -refund.amount},
    )


def _recognise(session: Session, grant: SeatGrant, refund: Refund, net: Money) -> None:
    """The window has ended meanwhile: what stayed sold is earned."""
    post_entries(
        session,
        grant.organization_id,
        kind="recognition",
        reference=f"recognition:{grant.id}:{refund.id}",
        description=f"Seats used up on {grant.valid_until:%Y-%m-%d}",
        occurred_at=grant.valid_until,
        amounts={DEFERRED_SEATS: net, SEAT_REVENUE: -net},
    )


def _refunded(refund: Refund, payment: Payment, checkout: Checkout) -> PaymentRefunded:
    return PaymentRefunded(
        organization_id=refund.organization_id,
        payment_id=refund.payment_id,
        refund_id=refund.id,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        method=payment.method,
        refunded_at=refund.completed_at or now(),
        cohort_id=checkout.cohort_id,
        credited=refund.credited,
    )


def _given_up(session: Session, refund: Refund, line: RefundLine) -> SeatsRefunded:
    grant = session.get_one(SeatGrant, line.grant_id)
    return SeatsRefunded(
        organization_id=refund.organization_id,
        grant_id=grant.id,
        refund_id=refund.id,
        quantity=line.quantity,
        refunded_at=refund.completed_at or now(),
        valid_until=grant.valid_until,
        cohort_id=grant.cohort_id,
    )
