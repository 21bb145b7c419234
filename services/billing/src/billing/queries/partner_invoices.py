"""An organization's invoices as its partner dashboard lists them: those to be among them, as drafts."""

from typing import Any
from uuid import UUID

from sqlalchemy import Date, String, and_, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from billing.errors import DraftInvoice, UnknownInvoice
from billing.models import Checkout, Fundable, FundingLine, Invoice, InvoiceDraft
from billing.models.fundables import PROGRAM
from billing.queries import invoices, partners
from chassis.auth import Caller
from chassis.paging import paginate

STATUSES = ("draft", "sent", "paid", "overdue", "credited")
_STATES = {"sent": "issued", "paid": "paid", "overdue": "overdue", "credited": "credited"}
_WORDS = {state: word for word, state in _STATES.items()}

_PROGRAM = (
    select(Fundable.name)
    .join(
        FundingLine,
        and_(Fundable.organization_id == FundingLine.organization_id, Fundable.id == FundingLine.fundable_id),
    )
    .where(
        FundingLine.organization_id == Checkout.organization_id,
        FundingLine.checkout_id == Checkout.id,
        Fundable.kind == PROGRAM,
    )
    .correlate(Checkout)
    .scalar_subquery()
)


def page(session: Session, caller: Caller, *, page: int, limit: int, status: str | None = None) -> dict[str, Any]:
    """A page of them, the latest first."""
    organization = partners.own(caller)
    parts = [_drafts(organization)] if status in (None, "draft") else []
    if status != "draft":
        parts.append(_issued(organization, status))
    either = union_all(*parts).subquery()
    statement = select(*either.columns).order_by(either.c.created_at.desc(), either.c.id.desc())
    found = paginate(session, statement, page=page, limit=limit)
    zone = partners.zone(session, organization)
    rows = [
        {
            **row,
            "status": _WORDS.get(row["state"], row["state"]),
            "paid_date": row["paid_at"].astimezone(zone).date() if row["paid_at"] else None,
            "download_url": None if row["state"] == "draft" else f"/api/v1/partner/payments/invoices/{row['id']}/pdf",
        }
        for row in found.items
    ]
    return {"invoices": rows, "total": found.total, "page": found.page, "limit": found.limit, "pages": found.pages}


def document(session: Session, caller: Caller, invoice_id: UUID) -> dict[str, Any]:
    """An issued invoice, for the PDF. Raises UnknownInvoice, DraftInvoice."""
    organization = partners.own(caller)
    owners = select(Invoice.organization_id).where(Invoice.id == invoice_id)
    if session.scalar(owners) == organization:
        return invoices.document_of(session, invoice_id)
    mine = (InvoiceDraft.organization_id == organization) & (InvoiceDraft.id == invoice_id)
    if session.scalar(select(InvoiceDraft.id).where(mine)):
        raise DraftInvoice()
    raise UnknownInvoice("Invoice not found")


def _issued(organization_id: UUID, status: str | None) -> Any:
    of = (Checkout.organization_id == Invoice.organization_id) & (Checkout.id == Invoice.checkout_id)
    statement = (
        select(
            Invoice.id,
            Invoice.number.label("invoice_number"),
            Invoice.total_minor.label("amount_minor"),
            Invoice.currency,
            Invoice.state,
            func.coalesce(Checkout.description, "Invoice " + Invoice.number).label("description"),
            _PROGRAM.label("program"),
            Invoice.issued_on.label("issued_date"),
            Invoice.due_on.label("due_date"),
            Invoice.paid_at,
            Invoice.created_at,
        )
        .outerjoin(Checkout, of)
        .where(Invoice.organization_id == organization_id)
    )
    return statement if status is None else statement.where(Invoice.state == _STATES[status])


def _drafts(organization_id: UUID) -> Any:
    of = (Checkout.organization_id == InvoiceDraft.organization_id) & (Checkout.id == InvoiceDraft.checkout_id)
    return (
        select(
            InvoiceDraft.id,
            cast(null(), String).label("invoice_number"),
            Checkout.amount_minor,
            Checkout.currency,
            literal("draft").label("state"),
            func.coalesce(Checkout.description, "").label("description"),
            _PROGRAM.label("program"),
            cast(null(), Date).label("issued_date"),
            cast(null(), Date).label("due_date"),
            cast(null(), Invoice.paid_at.type).label("paid_at"),
            InvoiceDraft.created_at,
        )
        .join(Checkout, of)
        .where(InvoiceDraft.organization_id == organization_id)
    )
