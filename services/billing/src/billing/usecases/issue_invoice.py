"""Issue the invoice of a paid checkout: numbered without a gap, and paid as it is issued."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing import rules
from billing.catalog import Catalog
from billing.models import Checkout, CheckoutLine, Invoice, InvoiceLine, Payment
from billing.settings import Settings
from billing.usecases.post_entries import DEFERRED_SEATS, RECEIVABLE, TAX_PAYABLE, post_entries
from chassis.ids import new_id
from chassis.money import Money
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.billing import InvoiceIssued, InvoicePaid

# The row stays locked until commit: the next invoice waits, and a rollback gives the number back.
_NEXT = text("""
insert into invoice_counters as counter (year, last) values (:year, 1)
on conflict (year) do update set last = counter.last + 1 returning last
""")
_BUYER = text("""
select name, country, contact_email as email from organizations where organization_id = :organization_id
""")


def issue_invoice(
    session: Session, checkout: Checkout, payment: Payment, lines: Sequence[CheckoutLine], at: datetime
) -> Invoice:
    """Number it, post what is owed and for what, mark it paid, publish both."""
    invoice = _invoice(session, checkout, payment, at)
    session.add(invoice)
    session.flush()
    session.add_all(_line(invoice, line) for line in lines)
    invoice.pay(at)
    session.flush()
    _post(session, invoice)
    _announce(session, invoice)
    return invoice


def _invoice(session: Session, checkout: Checkout, payment: Payment, at: datetime) -> Invoice:
    settings = use(session, Settings)
    issued_on = at.astimezone(settings.time_zone).date()
    sequence: int = session.execute(_NEXT, {"year": issued_on.year}).scalar_one()
    return Invoice(
        id=new_id(),
        organization_id=checkout.organization_id,
        number=rules.invoice_number(issued_on.year, sequence),
        year=issued_on.year,
        sequence=sequence,
        state="issued",
        cohort_id=checkout.cohort_id,
        checkout_id=checkout.id,
        payment_id=payment.id,
        payment_reference=payment.reference,
        payment_method=payment.method,
        buyer=_buyer(session, checkout),
        seller=asdict(settings.seller),
        currency=checkout.currency,
        net_minor=checkout.net_minor,
        tax_minor=checkout.tax_minor,
        total_minor=checkout.amount_minor,
        issued_on=issued_on,
        due_on=issued_on,
        created_at=at,
    )


def _buyer(session: Session, checkout: Checkout) -> dict[str, Any]:
    """The organization as it is known today; empty when it has not been heard of yet."""
    found = session.execute(_BUYER, {"organization_id": checkout.organization_id}).mappings().one_or_none()
    return dict(found) if found else {}


def _line(invoice: Invoice, line: CheckoutLine) -> InvoiceLine:
    return InvoiceLine(
        organization_id=invoice.organization_id,
        invoice_id=invoice.id,
        position=line.position,
        product=line.product,
        description=Catalog.described(line.product, line.quantity, line.months),
        quantity=line.quantity,
        months=line.months,
        unit_minor=line.unit_minor,
        net_minor=line.net_minor,
        tax_rate=line.tax_rate,
        tax_minor=line.tax_minor,
    )


def _post(session: Session, invoice: Invoice) -> None:
    def money(minor: int) -> Money:
        return Money(minor, invoice.currency)

    post_entries(
        session,
        invoice.organization_id,
        kind="invoice",
        reference=f"invoice:{invoice.number}",
        description=f"Invoice {invoice.number}",
        occurred_at=invoice.created_at,
        amounts={
            RECEIVABLE: money(invoice.total_minor),
            DEFERRED_SEATS: -money(invoice.net_minor),
            TAX_PAYABLE: -money(invoice.tax_minor),
        },
    )


def _announce(session: Session, invoice: Invoice) -> None:
    facts: dict[str, Any] = {
        "organization_id": invoice.organization_id,
        "invoice_id": invoice.id,
        "number": invoice.number,
        "total_minor": invoice.total_minor,
        "currency": invoice.currency,
        "cohort_id": invoice.cohort_id,
    }
    publish(
        session,
        InvoiceIssued(**facts, issued_on=invoice.issued_on, due_on=invoice.due_on),
        InvoicePaid(**facts, paid_at=invoice.created_at),
    )
