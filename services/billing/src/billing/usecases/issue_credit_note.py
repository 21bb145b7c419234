"""Take back some of an invoice by a credit note: numbered without a gap, posted, and said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing import rules
from billing.models import CreditNote, CreditNoteLine, Invoice
from billing.settings import Settings
from billing.usecases.post_entries import CUSTOMER_CREDIT, RECEIVABLE, TAX_PAYABLE, Posting, post_all
from chassis.ids import new_id
from chassis.money import Money
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.billing import CreditNoteIssued

# The row stays locked until commit: the next credit note waits, and a rollback gives the numbers back.
_NEXT = text("""
insert into credit_note_counters as counter (year, last) values (:year, :count)
on conflict (year) do update set last = counter.last + :count returning last
""")


@dataclass(frozen=True)
class Credited:
    """One line: what is taken back, and the account that it was booked to when it was invoiced. ``unit`` is what
    ``quantity`` counts; none when it is a part of something.
    """

    product: str
    description: str
    quantity: int
    months: int
    net: Money
    tax: Money
    tax_rate: Decimal
    account: str
    unit: str | None = None
    usage_month: date | None = None


@dataclass(frozen=True, kw_only=True)
class CreditDraft:
    """A credit note to be, of a refund or of a month's closing. ``unpaid``: so much of it was still due, and is not
    any more; the rest had been paid, and is the customer's credit.
    """

    invoice: Invoice
    lines: Sequence[Credited]
    reason: str
    refund_id: UUID | None = None
    month: date | None = None
    unpaid: Money | None = None


def issue_credit_notes(session: Session, drafts: Sequence[CreditDraft], at: datetime) -> list[CreditNote]:
    """Number them in order, post them, and say so: so many statements however many drafts."""
    if not drafts:
        return []
    issued_on = at.astimezone(use(session, Settings).time_zone).date()
    last: int = session.execute(_NEXT, {"year": issued_on.year, "count": len(drafts)}).scalar_one()
    first = last - len(drafts) + 1
    notes = [_note(draft, sequence, issued_on, at) for sequence, draft in enumerate(drafts, start=first)]
    session.add_all(notes)
    session.flush()
    pairs = list(zip(notes, drafts, strict=True))
    session.add_all(
        _line(note, position, line) for note, draft in pairs for position, line in enumerate(draft.lines, start=1)
    )
    session.flush()
    postings = [_posting(note, draft) for note, draft in pairs]
    # Of money that was credit all the time nothing moves.
    post_all(session, [posting for posting in postings if any(posting.amounts.values())])
    publish(session, *(_issued(note, draft.invoice) for note, draft in pairs))
    return notes


def _note(draft: CreditDraft, sequence: int, issued_on: date, at: datetime) -> CreditNote:
    invoice = draft.invoice
    net = rules.total((line.net for line in draft.lines), invoice.currency)
    tax = rules.total((line.tax for line in draft.lines), invoice.currency)
    return CreditNote(
        id=new_id(),
        organization_id=invoice.organization_id,
        number=rules.credit_note_number(issued_on.year, sequence),
        year=issued_on.year,
        sequence=sequence,
        invoice_id=invoice.id,
        refund_id=draft.refund_id,
        month=draft.month,
        cohort_id=invoice.cohort_id,
        reason=draft.reason,
        buyer=invoice.buyer,
        seller=invoice.seller,
        currency=invoice.currency,
        net_minor=net.minor,
        tax_minor=tax.minor,
        total_minor=(net + tax).minor,
        issued_on=issued_on,
        created_at=at,
    )


def _line(note: CreditNote, position: int, line: Credited) -> CreditNoteLine:
    return CreditNoteLine(
        organization_id=note.organization_id,
        credit_note_id=note.id,
        position=position,
        product=line.product,
        description=line.description,
        quantity=line.quantity,
        months=line.months,
        net_minor=line.net.minor,
        tax_rate=line.tax_rate,
        tax_minor=line.tax.minor,
        unit=line.unit,
        usage_month=line.usage_month,
    )


def _posting(note: CreditNote, draft: CreditDraft) -> Posting:
    nothing, total = Money(0, note.currency), Money(note.total_minor, note.currency)
    unpaid = draft.unpaid or nothing
    amounts = {TAX_PAYABLE: Money(note.tax_minor, note.currency)}
    for line in draft.lines:
        amounts[line.account] = amounts.get(line.account, nothing) + line.net
    for account, owed in ((RECEIVABLE, unpaid), (CUSTOMER_CREDIT, total - unpaid)):
        amounts[account] = amounts.get(account, nothing) - owed
    return Posting(
        organization_id=note.organization_id,
        kind="credit_note",
        reference=f"credit_note:{note.number}",
        description=f"Credit note {note.number}",
        occurred_at=note.created_at,
        amounts=amounts,
    )


def _issued(note: CreditNote, invoice: Invoice) -> CreditNoteIssued:
    return CreditNoteIssued(
        organization_id=note.organization_id,
        credit_note_id=note.id,
        number=note.number,
        invoice_id=invoice.id,
        invoice_number=invoice.number,
        total_minor=note.total_minor,
        currency=note.currency,
        issued_on=note.issued_on,
        cohort_id=note.cohort_id,
        refund_id=note.refund_id,
        due_minor=invoice.due_minor,
    )
