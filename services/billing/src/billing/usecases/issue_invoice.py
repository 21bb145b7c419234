"""Issue invoices, numbered without a gap: of a paid checkout, paid as it is issued, or of a month, to be paid."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing import rules
from billing.drafts import Draft
from billing.models import Invoice, InvoiceLine
from billing.settings import Settings
from billing.usecases.post_entries import RECEIVABLE, TAX_PAYABLE, Posting, post_all, revenue
from chassis.ids import new_id
from chassis.money import Money
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.billing import InvoiceIssued

# The row stays locked until commit: the next invoice waits, and a rollback gives the numbers back.
_NEXT = text("""
insert into invoice_counters as counter (year, last) values (:year, :count)
on conflict (year) do update set last = counter.last + :count returning last
""")
_BUYERS = text("""
select organization_id, name, country, contact_email as email from organizations
where organization_id = any(cast(:organizations as uuid[]))
""")


def issue_invoices(session: Session, drafts: Sequence[Draft], at: datetime) -> list[Invoice]:
    """Number them in order, post what is owed and for what, and say so: so many statements however many drafts."""
    if not drafts:
        return []
    settings = use(session, Settings)
    year = at.astimezone(settings.time_zone).year
    last: int = session.execute(_NEXT, {"year": year, "count": len(drafts)}).scalar_one()
    buyers = _buyers(session, drafts)
    invoices = [
        _invoice(draft, sequence, buyers.get(draft.organization_id, {}), at, settings)
        for sequence, draft in enumerate(drafts, start=last - len(drafts) + 1)
    ]
    session.add_all(invoices)
    session.flush()
    pairs = list(zip(invoices, drafts, strict=True))
    session.add_all(
        InvoiceLine(organization_id=draft.organization_id, invoice_id=invoice.id, position=position, **asdict(line))
        for invoice, draft in pairs
        for position, line in enumerate(draft.lines, start=1)
    )
    session.flush()
    post_all(session, [_posting(invoice, draft) for invoice, draft in pairs if draft.owed])
    publish(session, *(_issued(invoice) for invoice in invoices))
    return invoices


def _buyers(session: Session, drafts: Sequence[Draft]) -> dict[UUID, dict[str, Any]]:
    """The organizations as they are known today; one not heard of yet is left out."""
    found = session.execute(_BUYERS, {"organizations": list({draft.organization_id for draft in drafts})}).mappings()
    return {row["organization_id"]: {key: row[key] for key in ("name", "country", "email")} for row in found}


def _invoice(draft: Draft, sequence: int, buyer: dict[str, Any], at: datetime, settings: Settings) -> Invoice:
    issued_on = at.astimezone(settings.time_zone).date()
    return Invoice(
        id=draft.id or new_id(),
        organization_id=draft.organization_id,
        number=rules.invoice_number(issued_on.year, sequence),
        year=issued_on.year,
        sequence=sequence,
        state="issued",
        cohort_id=draft.cohort_id,
        checkout_id=draft.checkout_id,
        month=draft.month,
        buyer=buyer,
        seller=asdict(settings.seller),
        currency=draft.currency,
        net_minor=draft.net_minor,
        tax_minor=draft.tax_minor,
        total_minor=draft.net_minor + draft.tax_minor,
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=settings.invoice_due_days if draft.to_be_paid else 0),
        created_at=at,
    )


def _posting(invoice: Invoice, draft: Draft) -> Posting:
    amounts = {
        RECEIVABLE: Money(invoice.total_minor, invoice.currency),
        TAX_PAYABLE: Money(-invoice.tax_minor, invoice.currency),
    }
    for line in draft.lines:
        earned = Money(-line.net_minor, invoice.currency)
        account = revenue(line.product)
        amounts[account] = amounts[account] + earned if account in amounts else earned
    return Posting(
        organization_id=invoice.organization_id,
        kind="invoice",
        reference=f"invoice:{invoice.number}",
        description=f"Invoice {invoice.number}",
        occurred_at=invoice.created_at,
        amounts=amounts,
    )


def _issued(invoice: Invoice) -> InvoiceIssued:
    return InvoiceIssued(**invoice.facts, issued_on=invoice.issued_on, due_on=invoice.due_on, month=invoice.month)
