"""Checkouts and what is in them."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from billing.catalog import Catalog
from billing.errors import UnknownCheckout
from billing.models import Checkout, CheckoutLine, CreditNote, Invoice, InvoiceLine
from billing.queries import credit_notes
from billing.settings import Settings
from chassis.auth import Caller
from chassis.wiring import use

_HAS_COHORT = text("select 1 from cohorts where organization_id = :organization and cohort_id = :cohort")
_BUYER = text("select name from organizations where organization_id = :organization")
_CURRENCY = text("select currency from organizations where organization_id = :organization")
_TRANSFER = text("""
select transfer_reference from payments
where organization_id = :organization and checkout_id = :checkout and transfer_reference is not null
""")
_NUMBER = text("select number from invoices where organization_id = :organization and id = :invoice")


def currency_of(session: Session, organization_id: UUID) -> str | None:
    """The currency the organization pays in; None while it has not been heard of."""
    currency: str | None = session.scalar(_CURRENCY, {"organization": organization_id})
    return currency


def transfer_reference(session: Session, checkout: Checkout) -> str | None:
    """What a payer writes on the bank transfer that pays it; None for any other way to pay."""
    values = {"organization": checkout.organization_id, "checkout": checkout.id}
    reference: str | None = session.scalar(_TRANSFER, values)
    return reference


def has_cohort(session: Session, organization_id: UUID, cohort_id: UUID) -> bool:
    """Whether the cohort is known and the organization's own."""
    found = session.scalar(_HAS_COHORT, {"organization": organization_id, "cohort": cohort_id})
    return found is not None


def one(session: Session, caller: Caller, checkout_id: UUID, *, permission: str) -> dict[str, Any]:
    """A checkout of the caller's organization. Raises UnknownCheckout."""
    checkout = session.get(Checkout, checkout_id)
    if checkout is None or caller.organization_id not in (None, checkout.organization_id):
        raise UnknownCheckout()
    if not caller.may(permission, within=checkout.cohort_id):
        raise UnknownCheckout()
    return shown(session, checkout)


def get(session: Session, checkout_id: UUID) -> Checkout:
    """The checkout of this id, whoever's. Raises UnknownCheckout."""
    checkout = session.get(Checkout, checkout_id)
    if checkout is None:
        raise UnknownCheckout()
    return checkout


def lock(session: Session, checkout_id: UUID) -> Checkout:
    """The same, as it is now, held until the transaction ends."""
    checkout = session.get(Checkout, checkout_id, with_for_update=True, populate_existing=True)
    if checkout is None:
        raise UnknownCheckout()
    return checkout


def lines(session: Session, checkout: Checkout) -> list[CheckoutLine]:
    """What is in it, in order."""
    mine = (CheckoutLine.organization_id == checkout.organization_id) & (CheckoutLine.checkout_id == checkout.id)
    return list(session.scalars(select(CheckoutLine).where(mine).order_by(CheckoutLine.position)))


def description(session: Session, checkout: Checkout) -> str:
    """What the payer pays for, in words; at most 500 characters."""
    if checkout.invoice_id is not None:
        number = session.scalar(_NUMBER, {"organization": checkout.organization_id, "invoice": checkout.invoice_id})
        return f"Invoice {number}"
    if checkout.description:
        return checkout.description
    bought = (Catalog.described(line.product, line.quantity, line.months) for line in lines(session, checkout))
    return "; ".join(bought)[:500]


def buyer_name(session: Session, checkout: Checkout) -> str | None:
    """The organization's name, when it is known already."""
    name: str | None = session.scalar(_BUYER, {"organization": checkout.organization_id})
    return name


def shown(session: Session, checkout: Checkout) -> dict[str, Any]:
    """The checkout as the API shows it."""
    settings = use(session, Settings)
    return {
        "id": checkout.id,
        "purpose": checkout.purpose,
        "url": pay_url(settings, checkout.id),
        "state": checkout.state,
        "amount_minor": checkout.amount_minor,
        "net_minor": checkout.net_minor,
        "tax_minor": checkout.tax_minor,
        "currency": checkout.currency,
        "method": checkout.method,
        "cohort_id": checkout.cohort_id,
        "invoice_id": checkout.invoice_id,
        "expires_at": checkout.expires_at,
        "created_at": checkout.created_at,
        "completed_at": checkout.completed_at,
        "transfer_reference": transfer_reference(session, checkout),
        "items": [
            *(_shown_line(checkout, line) for line in _items(session, checkout)),
            *(_shown_credit(note) for note in _credits(session, checkout)),
        ],
    }


def _items(session: Session, checkout: Checkout) -> Sequence[CheckoutLine | InvoiceLine]:
    """What is bought, or billed by the invoice that is paid."""
    if checkout.invoice_id is None:
        return lines(session, checkout)
    billed = (InvoiceLine.organization_id == checkout.organization_id) & (InvoiceLine.invoice_id == checkout.invoice_id)
    return session.scalars(select(InvoiceLine).where(billed).order_by(InvoiceLine.position)).all()


def _credits(session: Session, checkout: Checkout) -> list[CreditNote]:
    """What had been taken back of its invoice when it was asked for."""
    if checkout.invoice_id is None:
        return []
    invoice = session.get_one(Invoice, checkout.invoice_id)
    notes = credit_notes.corrections(session, invoice)
    sums = accumulate(note.total_minor for note in notes)
    known = invoice.total_minor - checkout.amount_minor
    return [note for note, so_far in zip(notes, sums, strict=True) if so_far <= known]


def due_minor(session: Session, checkout: Checkout) -> int:
    """What there is to pay by now: of an invoice that was corrected since, less than was asked for."""
    if checkout.invoice_id is None:
        return checkout.amount_minor
    return min(checkout.amount_minor, session.get_one(Invoice, checkout.invoice_id).due_minor)


def pay_url(settings: Settings, checkout_id: UUID) -> str:
    """Where a person pays it."""
    return f"{settings.public_url.rstrip('/')}/pay/{checkout_id}"


def _shown_line(checkout: Checkout, line: CheckoutLine | InvoiceLine) -> dict[str, Any]:
    return {
        "product": line.product,
        "name": _name(checkout, line),
        "quantity": line.quantity,
        "months": line.months,
        "unit_minor": line.unit_minor,
        "net_minor": line.net_minor,
        "tax_minor": line.tax_minor,
        "currency": checkout.currency,
    }


def _shown_credit(note: CreditNote) -> dict[str, Any]:
    return {
        "product": "credit_note",
        "name": f"Credit note {note.number}",
        "quantity": 1,
        "months": 1,
        "unit_minor": -note.net_minor,
        "net_minor": -note.net_minor,
        "tax_minor": -note.tax_minor,
        "currency": note.currency,
    }


def _name(checkout: Checkout, line: CheckoutLine | InvoiceLine) -> str:
    if isinstance(line, InvoiceLine):
        return line.description
    return checkout.description or Catalog.named(line.product)
