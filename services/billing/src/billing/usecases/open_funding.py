"""Open a payment that funds a program or sponsorships: a checkout of that purpose, and the payment it awaits."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from billing.clients.gateways import Gateways
from billing.errors import BankReferenceUsed
from billing.models import Checkout, CheckoutLine, Fundable, FundingLine, Payment
from billing.models.checkouts import FUNDING
from billing.queries import checkouts, partner_payments, partners, payments
from billing.settings import Settings
from billing.usecases.await_payment import await_payment
from billing.usecases.choose_targets import choose_targets, described, share_out
from billing.usecases.expect_transfer import METHOD, expect_transfer
from billing.usecases.invoice_checkout import draft_invoice, invoice_checkout
from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Invalid
from chassis.ids import new_id
from chassis.money import Money
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.billing import PaymentInitiated

_DEFAULT_CURRENCY = "KES"


def open_funding(
    session: Session,
    caller: Caller,
    *,
    amount: int,
    method: str,
    currency: str | None = None,
    program_id: UUID | None = None,
    sponsorship_ids: Sequence[UUID] = (),
    description: str | None = None,
    bank_reference: str | None = None,
    success_url: str | None = None,
    cancel_url: str | None = None,
) -> dict[str, Any]:
    """Open it for the caller's organization and return the payment as it is shown. ``amount`` is in major units.

    Raises Forbidden, Invalid, UnknownProgram and UnknownSponsorship (also for another organization's), TargetEnded,
    MoreThanLacking, BankReferenceUsed.
    """
    organization = partners.own(caller)
    money = _money(session, organization, amount, currency)
    targets = choose_targets(session, organization, program_id, sponsorship_ids)
    shares = share_out(session, organization, money, targets)
    checkout = _checkout(session, caller, money, method)
    checkout.description = description or described(targets)
    page = checkouts.pay_url(use(session, Settings), checkout.id)
    checkout.success_url, checkout.cancel_url = success_url or page, cancel_url or page
    session.add(checkout)
    session.flush()
    line = _line(checkout, targets)
    session.add_all([line, *_funding(checkout, targets, shares)])
    session.flush()
    payment = _awaited(session, checkout, line, bank_reference)
    publish(session, _initiated(payment))
    return partner_payments.opened(session, payment, checkout)


def _money(session: Session, organization_id: UUID, amount: int, currency: str | None) -> Money:
    """What is to be paid, in the organization's own currency."""
    own = checkouts.currency_of(session, organization_id)
    if own is not None and currency not in (None, own):
        raise Invalid.field("currency", f"Your organization pays in {own}.")
    try:
        return Money.parse(Decimal(amount), own or currency or _DEFAULT_CURRENCY)
    except ValueError as error:
        raise Invalid.field("amount", str(error)) from None


def _checkout(session: Session, caller: Caller, money: Money, method: str) -> Checkout:
    opened_at = now()
    return Checkout(
        id=new_id(),
        organization_id=caller.organization_id,
        created_by=caller.user_id,
        purpose=FUNDING,
        state="open",
        method=method,
        currency=money.currency,
        net_minor=money.minor,
        tax_minor=0,
        amount_minor=money.minor,
        created_at=opened_at,
        expires_at=opened_at + timedelta(minutes=use(session, Settings).checkout_minutes),
    )


def _line(checkout: Checkout, targets: Sequence[Fundable]) -> CheckoutLine:
    return CheckoutLine(
        organization_id=checkout.organization_id,
        checkout_id=checkout.id,
        position=1,
        product=f"{targets[0].kind}_funding" if targets else "contribution",
        quantity=1,
        months=1,
        unit_minor=checkout.net_minor,
        net_minor=checkout.net_minor,
        tax_rate=Decimal(0),
        tax_minor=0,
    )


def _funding(checkout: Checkout, targets: Sequence[Fundable], shares: Sequence[Money]) -> list[FundingLine]:
    given = [(target, share) for target, share in zip(targets, shares, strict=True) if share]
    return [
        FundingLine(
            organization_id=checkout.organization_id,
            checkout_id=checkout.id,
            position=position,
            fundable_id=target.id,
            amount_minor=share.minor,
        )
        for position, (target, share) in enumerate(given, start=1)
    ]


def _awaited(session: Session, checkout: Checkout, line: CheckoutLine, bank_reference: str | None) -> Payment:
    """The payment, and its invoice: a draft, but one that a transfer is to be made against is issued at once."""
    if checkout.method != METHOD:
        gateway = use(session, Gateways).for_method(checkout.method)
        gateway.require_payable(checkout.amount)
        draft_invoice(session, checkout)
        return await_payment(session, checkout, provider=gateway.name)
    if payments.is_named(session, checkout.organization_id, bank_reference or ""):
        raise BankReferenceUsed()
    payment = expect_transfer(session, checkout, bank_reference=bank_reference)
    invoice_checkout(session, checkout, [line], checkout.created_at, to_be_paid=True)
    return payment


def _initiated(payment: Payment) -> PaymentInitiated:
    return PaymentInitiated(
        organization_id=payment.organization_id,
        payment_id=payment.id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        method=payment.method,
        initiated_at=payment.created_at,
    )
