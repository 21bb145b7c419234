"""Invoices of an organization."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, select, text
from sqlalchemy.orm import Session

from billing.errors import UnknownInvoice
from billing.models import Invoice, InvoiceLine
from chassis.auth import Caller
from chassis.json_provider import number
from chassis.paging import Page, paginate

PERMISSION = "billing.read"

_COLUMNS = (
    Invoice.id, Invoice.organization_id, Invoice.number, Invoice.state, Invoice.cohort_id, Invoice.currency,
    Invoice.net_minor, Invoice.tax_minor, Invoice.total_minor, Invoice.issued_on, Invoice.due_on, Invoice.paid_at,
    Invoice.payment_reference, Invoice.payment_method,
)  # fmt: skip
_BUYER = text("""
select name, country, contact_email as email from organizations where organization_id = :organization_id
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


def document(session: Session, caller: Caller, invoice_id: UUID) -> dict[str, Any]:
    """The same with buyer and seller, for the PDF. Raises UnknownInvoice."""
    shown = one(session, caller, invoice_id)
    parties = session.execute(select(Invoice.buyer, Invoice.seller).where(Invoice.id == invoice_id)).one()
    # An organization heard of only after it had paid is named as it is known now.
    buyer = parties.buyer or _buyer(session, shown["organization_id"])
    return {**shown, "buyer": buyer, "seller": parties.seller}


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
