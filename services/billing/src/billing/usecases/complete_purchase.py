"""A checkout is paid: payment, ledger, and what it bought or funds, in the one transaction of the caller."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from billing.clients.payment_gateway import Attempt
from billing.models import Checkout, Payment
from billing.models.payments import COMPLETED
from billing.queries import checkouts, invoices
from billing.usecases.allocate_funds import Share, allocate_funds, share_funds
from billing.usecases.grant_seats import grant_seats
from billing.usecases.invoice_checkout import invoice_checkout, issued_invoice
from billing.usecases.pay_invoice import pay_invoice
from billing.usecases.post_entries import CUSTOMER_CREDIT, RECEIVABLE, funds_held
from billing.usecases.record_payment import Source, record_payment
from chassis.clock import now
from chassis.money import Money
from chassis.outbox import publish
from contracts.events.billing import CheckoutCompleted


def complete_purchase(
    session: Session, checkout: Checkout, attempt: Attempt, *, source: Source = Source.OUTSIDE
) -> Payment:
    """Give what was bought, fund what was to be funded, or settle the invoice it pays; the payment.

    ``source`` says where the money was. What is more than is due of an invoice is the organization's credit. Raises
    CheckoutClosed or AlreadyPaid when that was done.
    """
    completed_at = now()
    checkout.complete(completed_at)
    session.flush()
    shares = share_funds(session, checkout) if checkout.is_funding else ()
    payment = record_payment(
        session,
        checkout,
        attempt,
        state=COMPLETED,
        reason=None,
        against=_settled(session, checkout, shares, attempt.amount),
        at=completed_at,
        source=source,
    )
    publish(session, _completed(checkout, payment))
    if checkout.invoice_id is not None:
        pay_invoice(session, invoices.lock(session, checkout.invoice_id), payment, completed_at)
        return payment
    lines = checkouts.lines(session, checkout)
    grant_seats(session, checkout, payment, lines, completed_at)
    allocate_funds(session, payment, shares, completed_at)
    invoice = issued_invoice(session, checkout) or invoice_checkout(session, checkout, lines, completed_at)
    pay_invoice(session, invoice, payment, completed_at)
    return payment


def _settled(session: Session, checkout: Checkout, shares: Sequence[Share], paid: Money) -> Mapping[str, Money]:
    """The accounts that the money is against: what is owed for a purchase, or what is held from now on."""
    if not checkout.is_funding:
        due = invoices.due_of(session, checkout)
        return {RECEIVABLE: due, CUSTOMER_CREDIT: paid - due}
    held = {CUSTOMER_CREDIT: checkout.amount}
    for share in shares:
        account = funds_held(share.fundable.kind)
        held[account] = held.get(account, Money(0, checkout.currency)) + share.amount
        held[CUSTOMER_CREDIT] -= share.amount
    return held


def _completed(checkout: Checkout, payment: Payment) -> CheckoutCompleted:
    return CheckoutCompleted(
        organization_id=checkout.organization_id,
        checkout_id=checkout.id,
        payment_id=payment.id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        completed_at=payment.recorded_at,
    )
