"""Invoices of an organization."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, case, select, text
from sqlalchemy.orm import Session

from billing.errors import UnknownInvoice
from billing.models import Checkout, Invoice, InvoiceLine
from billing.models.invoices import ISSUED, OVERDUE
from chassis.auth import Caller
from chassis.json_provider import number
from chassis.money import Money
from chassis.paging import Page, paginate

PERMISSION = "billing.read"

_DUE = case((Invoice.state.in_((ISSUED, OVERDUE)), Invoice.total_minor - Invoice.credited_minor), else_=0)
_COLUMNS = (
    Invoice.id, Invoice.organization_id, Invoice.number, Invoice.state, Invoice.cohort_id, Invoice.currency,
    Invoice.net_minor, Invoice.tax_minor, Invoice.total_minor, Invoice.issued_on, Invoice.due_on, Invoice.paid_at,
    Invoice.payment_reference, Invoice.payment_method, Invoice.month, Invoice.credited_minor,
    _DUE.label("due_minor"),
)  # fmt: skip
_BUYER = text("""
select name, country, contact_email as email from organizations where organization_id = :organization_id
""")

_TRANSFER = text("""
select payment.transfer_reference from payments as payment
join invoices as invoice
    on invoice.organization_id = payment.organization_id and invoice.checkout_id = payment.checkout_id
where invoice.id = :invoice and payment.transfer_reference is not null
""")


def page(
    session: Session,
    caller: Caller,
    *,
    page: int,
    limit: int,
    status: str | None = None,
    from_: date | None = None,
    to: date | None = None,
) -> Page:
    """A page of the invoices the caller may see, the latest first, each with its lines."""
    statement = _readable(select(*_COLUMNS), caller)
    if status is not None:
        statement = statement.where(Invoice.state == status)
    if from_ is not None:
        statement = statement.where(Invoice.issued_on >= from_)
    if to is not None:
        statement = statement.where(Invoice.issued_on <= to)
    found = paginate(session, statement.order_by(Invoice.issued_on.desc(), Invoice.id.desc()), page=page, limit=limit)
    return Page(_with_lines(session, found.items), found.total, found.page, found.limit)


def one(session: Session, caller: Caller, invoice_id: UUID) -> dict[str, Any]:
    """An invoice the caller may see, with its lines. Raises UnknownInvoice."""
    found = session.execute(_readable(select(*_COLUMNS), caller).where(Invoice.id == invoice_id)).mappings().all()
    if not found:
        raise UnknownInvoice()
    return _with_lines(session, found)[0]


def of_month(
    session: Session, organization_id: UUID, month: date, cohorts: Sequence[UUID | None]
) -> list[dict[str, Any]]:
    """The invoices of a month of these cohorts (None: of no cohort), by number, each with its lines."""
    mine = (Invoice.organization_id == organization_id) & (Invoice.month == month)
    named = Invoice.cohort_id.in_([cohort for cohort in cohorts if cohort is not None])
    wanted = (named | Invoice.cohort_id.is_(None)) if None in cohorts else named
    found = session.execute(select(*_COLUMNS).where(mine, wanted).order_by(Invoice.year, Invoice.sequence)).mappings()
    return _with_lines(session, found.all())


def document(session: Session, caller: Caller, invoice_id: UUID) -> dict[str, Any]:
    """The same with buyer and seller and how to transfer it, for the PDF. Raises UnknownInvoice."""
    return _document(session, one(session, caller, invoice_id))


def document_of(session: Session, invoice_id: UUID) -> dict[str, Any]:
    """The same of whosever invoice, for a service that mails it to them. Raises UnknownInvoice."""
    found = session.execute(select(*_COLUMNS).where(Invoice.id == invoice_id)).mappings().all()
    if not found:
        raise UnknownInvoice()
    return _document(session, _with_lines(session, found)[0])


def _document(session: Session, shown: dict[str, Any]) -> dict[str, Any]:
    parties = session.execute(select(Invoice.buyer, Invoice.seller).where(Invoice.id == shown["id"])).one()
    # An organization heard of only after it had paid is named as it is known now.
    buyer = parties.buyer or _buyer(session, shown["organization_id"])
    transfer: str | None = session.scalar(_TRANSFER, {"invoice": shown["id"]})
    return {**shown, "buyer": buyer, "seller": parties.seller, "transfer_reference": transfer}


def lock(session: Session, invoice_id: UUID) -> Invoice:
    """The invoice as it is now, whoever's, held until the transaction ends. Raises UnknownInvoice."""
    # Rows that name it may still be written: who writes them may hold what the holder of this wants next.
    invoice = session.get(Invoice, invoice_id, with_for_update={"key_share": True}, populate_existing=True)
    if invoice is None:
        raise UnknownInvoice()
    return invoice


def lock_all(session: Session, invoice_ids: Collection[UUID]) -> list[Invoice]:
    """These invoices as they are now, whosever, held until the transaction ends; in the order everybody locks them."""
    if not invoice_ids:
        return []
    held = select(Invoice).where(Invoice.id.in_(invoice_ids)).order_by(Invoice.id).with_for_update(key_share=True)
    return list(session.scalars(held.execution_options(populate_existing=True)))


def due_of(session: Session, checkout: Checkout) -> Money:
    """What is to be paid of what a checkout asked for: of an invoice no more than is due, which is held until the
    transaction ends, so that this stays true. Nothing once it is settled.
    """
    if checkout.invoice_id is None:
        return checkout.amount
    return min(checkout.amount, Money(lock(session, checkout.invoice_id).due_minor, checkout.currency))


def _readable(statement: Select[*tuple[Any, ...]], caller: Caller) -> Select[*tuple[Any, ...]]:
    """The caller's organization's; with a permission narrowed to cohorts, only what was bought for those."""
    if caller.organization_id is not None:
        statement = statement.where(Invoice.organization_id == caller.organization_id)
    reach = caller.reach(PERMISSION)
    return statement if reach is None else statement.where(Invoice.cohort_id.in_(reach))


def _with_lines(session: Session, found: Sequence[RowMapping]) -> list[dict[str, Any]]:
    lines = _lines(session, found)
    return [
        {**invoice, "lines": lines[invoice["id"]], "pdf_url": f"/api/v1/billing/invoices/{invoice['id']}/pdf/"}
        for invoice in found
    ]


def _lines(session: Session, found: Sequence[RowMapping]) -> dict[UUID, list[dict[str, Any]]]:
    currencies = {invoice["id"]: invoice["currency"] for invoice in found}
    statement = (
        select(*InvoiceLine.__table__.columns)
        .where(InvoiceLine.organization_id.in_({invoice["organization_id"] for invoice in found}))
        .where(InvoiceLine.invoice_id.in_(currencies))
        .order_by(InvoiceLine.invoice_id, InvoiceLine.position)
    )
    lines: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for line in session.execute(statement).mappings() if currencies else ():
        shown = {**line, "tax_rate": number(line["tax_rate"]), "currency": currencies[line["invoice_id"]]}
        lines[line["invoice_id"]].append(shown)
    return lines


def _buyer(session: Session, organization_id: UUID) -> dict[str, Any]:
    found = session.execute(_BUYER, {"organization_id": organization_id}).mappings().one_or_none()
    return dict(found) if found else {"name": None, "country": None, "email": None}
