"""Credit notes of an organization, and what they have left of an invoice."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from billing.errors import UnknownCreditNote
from billing.models import CreditNote, CreditNoteLine, Invoice
from chassis.auth import Caller
from chassis.json_provider import number
from chassis.money import Money
from chassis.paging import Page, paginate

PERMISSION = "billing.read"

_COLUMNS = (
    CreditNote.id, CreditNote.organization_id, CreditNote.number, CreditNote.invoice_id,
    Invoice.number.label("invoice_number"), CreditNote.refund_id, CreditNote.month, CreditNote.cohort_id,
    CreditNote.reason, CreditNote.currency, CreditNote.net_minor, CreditNote.tax_minor, CreditNote.total_minor,
    CreditNote.issued_on,
)  # fmt: skip
# Less what refunds under way will take: they are not credited yet.
_TAX_LEFT = text("""
select invoice.tax_minor - coalesce((
    select sum(tax_minor) from refunds where organization_id = :organization and payment_id = :payment
        and state <> 'failed'
), 0) - coalesce((
    select sum(note.tax_minor) from credit_notes as note
    where note.organization_id = :organization and note.invoice_id = invoice.id and note.refund_id is null
), 0)
from invoices as invoice where organization_id = :organization and payment_id = :payment
""")
_PRODUCTS_LEFT = text("""
select product, max(tax_rate) as tax_rate, sum(net_minor) as net_minor, sum(tax_minor) as tax_minor
from (
    select product, tax_rate, net_minor, tax_minor from invoice_lines
    where organization_id = :organization and invoice_id = :invoice
    union all
    select line.product, line.tax_rate, -line.net_minor, -line.tax_minor
    from credit_note_lines as line join credit_notes as note
        on note.organization_id = line.organization_id and note.id = line.credit_note_id
    where note.organization_id = :organization and note.invoice_id = :invoice
) as line group by product having sum(net_minor) > 0 order by product
""")


_REFUNDED = text("""
select payment_id, cast(sum(amount_minor - credit_minor) as bigint) from refunds
where organization_id = any(cast(:organizations as uuid[])) and payment_id = any(cast(:payments as uuid[]))
    and state <> 'failed'
group by payment_id
""")


@dataclass(frozen=True)
class Due:
    """What is to be paid, and the tax to be paid on it."""

    net: Money
    tax: Money


def left(session: Session, invoices: Sequence[Invoice]) -> dict[UUID, int]:
    """Of each invoice what no credit note has taken back, and no refund is about to: minor units by its id."""
    paid = [invoice for invoice in invoices if invoice.payment_id is not None]
    values = {
        "organizations": list({invoice.organization_id for invoice in paid}),
        "payments": [invoice.payment_id for invoice in paid],
    }
    refunded: dict[UUID | None, int] = dict(session.execute(_REFUNDED, values).all()) if paid else {}
    return {
        invoice.id: invoice.total_minor - invoice.credited_minor - refunded.get(invoice.payment_id, 0)
        for invoice in invoices
    }


def corrections(session: Session, invoice: Invoice) -> Sequence[CreditNote]:
    """The credit notes that correct it, the oldest first; those of refunds are none of them."""
    mine = (CreditNote.organization_id == invoice.organization_id) & (CreditNote.invoice_id == invoice.id)
    found = select(CreditNote).where(mine, CreditNote.refund_id.is_(None))
    return session.scalars(found.order_by(CreditNote.year, CreditNote.sequence)).all()


def due(session: Session, invoice: Invoice) -> Due:
    """What is to be paid of an invoice that nobody has paid."""
    taken = corrections(session, invoice)
    return Due(
        Money(invoice.net_minor - sum(note.net_minor for note in taken), invoice.currency),
        Money(invoice.tax_minor - sum(note.tax_minor for note in taken), invoice.currency),
    )


def of_month(
    session: Session, organization_id: UUID, month: date, cohorts: Sequence[UUID | None]
) -> list[dict[str, Any]]:
    """What the closing of a month took back of these cohorts (None: of no cohort), by number, each with its lines."""
    mine = (CreditNote.organization_id == organization_id) & (CreditNote.month == month)
    named = CreditNote.cohort_id.in_([cohort for cohort in cohorts if cohort is not None])
    wanted = (named | CreditNote.cohort_id.is_(None)) if None in cohorts else named
    found = session.execute(_shown().where(mine, wanted).order_by(CreditNote.year, CreditNote.sequence)).mappings()
    return _with_lines(session, found.all())


def tax_left(session: Session, organization_id: UUID, payment_id: UUID) -> int:
    """The tax of the invoice that a payment has paid, less what was refunded, in minor units."""
    return int(session.scalar(_TAX_LEFT, {"organization": organization_id, "payment": payment_id}) or 0)


def products_left(session: Session, invoice: Invoice) -> Sequence[Any]:
    """Per product what is left of an invoice: product, tax_rate, net_minor, tax_minor."""
    values = {"organization": invoice.organization_id, "invoice": invoice.id}
    return session.execute(_PRODUCTS_LEFT, values).all()


def page(
    session: Session,
    caller: Caller,
    *,
    page: int,
    limit: int,
    invoice_id: UUID | None = None,
    from_: date | None = None,
    to: date | None = None,
) -> Page:
    """A page of credit notes, the latest first, each with its lines."""
    statement = _readable(caller)
    if invoice_id is not None:
        statement = statement.where(CreditNote.invoice_id == invoice_id)
    if from_ is not None:
        statement = statement.where(CreditNote.issued_on >= from_)
    if to is not None:
        statement = statement.where(CreditNote.issued_on <= to)
    order = (CreditNote.issued_on.desc(), CreditNote.id.desc())
    found = paginate(session, statement.order_by(*order), page=page, limit=limit)
    return Page(_with_lines(session, found.items), found.total, found.page, found.limit)


def one(session: Session, caller: Caller, credit_note_id: UUID) -> dict[str, Any]:
    """A credit note the caller may see, with its lines. Raises UnknownCreditNote."""
    found = session.execute(_readable(caller).where(CreditNote.id == credit_note_id)).mappings().all()
    if not found:
        raise UnknownCreditNote()
    return _with_lines(session, found)[0]


def document(session: Session, caller: Caller, credit_note_id: UUID) -> dict[str, Any]:
    """The same with buyer and seller, for the PDF. Raises UnknownCreditNote."""
    shown = one(session, caller, credit_note_id)
    parties = select(CreditNote.buyer, CreditNote.seller).where(CreditNote.id == credit_note_id)
    return {**shown, **session.execute(parties).mappings().one()}


def _readable(caller: Caller) -> Select[*tuple[Any, ...]]:
    """The caller's organization's; with a permission narrowed to cohorts, only what was bought for those."""
    statement = _shown()
    if caller.organization_id is not None:
        statement = statement.where(CreditNote.organization_id == caller.organization_id)
    reach = caller.reach(PERMISSION)
    return statement if reach is None else statement.where(CreditNote.cohort_id.in_(reach))


def _shown() -> Select[*tuple[Any, ...]]:
    credited = (Invoice.organization_id == CreditNote.organization_id) & (Invoice.id == CreditNote.invoice_id)
    return select(*_COLUMNS).join(Invoice, credited)


def _with_lines(session: Session, found: Sequence[Any]) -> list[dict[str, Any]]:
    currencies = {note["id"]: note["currency"] for note in found}
    mine = CreditNoteLine.organization_id.in_({note["organization_id"] for note in found})
    statement = select(*CreditNoteLine.__table__.columns).where(mine, CreditNoteLine.credit_note_id.in_(currencies))
    lines: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for line in session.execute(statement.order_by(CreditNoteLine.position)).mappings() if currencies else ():
        note_id = line["credit_note_id"]
        lines[note_id].append({**line, "tax_rate": number(line["tax_rate"]), "currency": currencies[note_id]})
    return [
        {**note, "lines": lines[note["id"]], "pdf_url": f"/api/v1/billing/credit-notes/{note['id']}/pdf/"}
        for note in found
    ]
