"""Payments, and what is left of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select, text
from sqlalchemy.orm import Session

from billing.errors import UnknownPayment
from billing.models import Checkout, Payment
from billing.models.payments import BANK, COMPLETED, UNAPPLIED
from billing.queries import fundables
from chassis.auth import Caller
from chassis.errors import Forbidden
from chassis.money import Money
from chassis.paging import Page, paginate

PERMISSION = "billing.read"

_COLUMNS = (
    Payment.id, Payment.organization_id, Payment.checkout_id, Payment.state, Payment.reason, Payment.method,
    Payment.provider, Payment.reference, Payment.transfer_reference, Payment.bank_reference, Payment.currency,
    Payment.amount_minor, Payment.occurred_at, Payment.recorded_at,
)  # fmt: skip
# What was refunded, is being refunded, or has paid something else is not left; credit that came back is.
_USED = text("""
select coalesce((
    select sum(amount_minor) from refunds
    where organization_id = :organization and payment_id = :payment and state <> 'failed'
), 0) + coalesce((
    select sum(applied.amount_minor - coalesce((
        select sum(amount_minor) from refunds as back
        where back.organization_id = applied.organization_id and back.payment_id = applied.payment_id
            and back.state = 'completed'
    ), 0))
    from credit_applications as applied where organization_id = :organization and source_id = :payment
), 0)
""")
# What an invoice still claims of the payment that has paid it: what neither a correction nor a refund took back.
_CLAIMED = text("""
select invoice.total_minor - invoice.credited_minor - coalesce((
    select sum(amount_minor - credit_minor) from refunds
    where organization_id = :organization and payment_id = :payment and state <> 'failed'
), 0)
from invoices as invoice where organization_id = :organization and payment_id = :payment
""")
_TAKEN = text("select 1 from payments where provider = :provider and reference = :reference")
_NAMED = text("""
select 1 from payments where organization_id = :organization and bank_reference = :reference
""")
_HOLD = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")


def get(session: Session, payment_id: UUID) -> Payment:
    """The payment of this id. Raises UnknownPayment."""
    found = session.get(Payment, payment_id)
    if found is None:
        raise UnknownPayment()
    return found


def lock(session: Session, payment_id: UUID) -> Payment:
    """The payment, held until the transaction ends. Raises UnknownPayment."""
    # Rows that name the payment may still be written: whoever does holds locks that we may want next.
    found = session.get(Payment, payment_id, with_for_update={"key_share": True}, populate_existing=True)
    if found is None:
        raise UnknownPayment()
    return found


def left(session: Session, payment: Payment) -> Money:
    """What could still be refunded or applied. Of use only while the payment is locked."""
    used = session.scalar(_USED, {"organization": payment.organization_id, "payment": payment.id})
    return payment.amount - Money(int(used or 0), payment.currency)


def credit(session: Session, payment: Payment) -> Money:
    """What of it has paid for nothing, funds nothing, or was given back by credit notes: as ``left``, of use only while
    the payment is locked, and the invoice it has paid.
    """
    if payment.state == UNAPPLIED:
        return left(session, payment)
    nothing = Money(0, payment.currency)
    if payment.state != COMPLETED:
        return nothing
    checkout = session.get_one(Checkout, payment.checkout_id)
    if not checkout.is_funding:
        return left(session, payment) - _claimed(session, payment) if checkout.invoice_id else nothing
    given = fundables.given_by(session, payment.organization_id, payment_id=payment.id)
    return left(session, payment) - Money(sum(given.values()), payment.currency)


def _claimed(session: Session, payment: Payment) -> Money:
    values = {"organization": payment.organization_id, "payment": payment.id}
    return Money(int(session.execute(_CLAIMED, values).scalar_one()), payment.currency)


def expected(session: Session, organization_id: UUID, checkout_id: UUID) -> Payment | None:
    """The payment that a checkout waits for, or that came to nothing."""
    mine = (Payment.organization_id == organization_id) & (Payment.checkout_id == checkout_id)
    awaited = Payment.awaited & Payment.reference.is_(None)
    return session.scalars(select(Payment).where(mine, awaited).with_for_update()).one_or_none()


def is_taken(session: Session, reference: str) -> bool:
    """Whether a transfer of the bank was taken before; nobody else asks the same until the transaction ends."""
    session.execute(_HOLD, {"name": f"transfer {reference}"})
    return session.scalar(_TAKEN, {"provider": BANK, "reference": reference}) is not None


def is_named(session: Session, organization_id: UUID, bank_reference: str) -> bool:
    """Whether a payment of the organization names this transfer; nobody else asks until the transaction ends."""
    session.execute(_HOLD, {"name": f"bank reference {organization_id} {bank_reference}"})
    return session.scalar(_NAMED, {"organization": organization_id, "reference": bank_reference}) is not None


def page(
    session: Session, caller: Caller, *, page: int, limit: int, status: str | None = None, reference: str | None = None
) -> Page:
    """A page of payments, the latest first; of every organization for a platform administrator who chose none."""
    statement = readable(select(*_COLUMNS), caller)
    if status is not None:
        statement = statement.where(Payment.state == status)
    if reference is not None:
        named = (Payment.transfer_reference, Payment.reference, Payment.bank_reference)
        statement = statement.where(or_(*(name == reference for name in named)))
    order = (Payment.recorded_at.desc(), Payment.id.desc())
    return paginate(session, statement.order_by(*order), page=page, limit=limit)


def one(session: Session, caller: Caller, payment_id: UUID) -> dict[str, Any]:
    """A payment, with what is left of it as credit. Raises UnknownPayment."""
    found = session.execute(readable(select(*_COLUMNS), caller).where(Payment.id == payment_id)).mappings().first()
    if found is None:
        raise UnknownPayment()
    return {**found, "credit_minor": credit(session, get(session, payment_id)).minor}


def readable(statement: Select[*tuple[Any, ...]], caller: Caller) -> Select[*tuple[Any, ...]]:
    """Of the caller's organization. Raises Forbidden for who may see some cohorts' money only."""
    if not caller.may(PERMISSION):
        raise Forbidden("This shows the whole organization's payments; your permission is for some cohorts only.")
    if caller.organization_id is None:
        return statement
    return statement.where(Payment.organization_id == caller.organization_id)
