"""Take back some of an invoice by a credit note: numbered without a gap, posted, and said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing import rules
from billing.models import CreditNote, CreditNoteLine, Invoice
from billing.settings import Settings
from billing.usecases.post_entries import CUSTOMER_CREDIT, TAX_PAYABLE, post_entries
from chassis.ids import new_id
from chassis.money import Money
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.billing import CreditNoteIssued

# The row stays locked until commit: the next credit note waits, and a rollback gives the number back.
_NEXT = text("""
insert into credit_note_counters as counter (year, last) values (:year, 1)
on conflict (year) do update set last = counter.last + 1 returning last
""")


@dataclass(frozen=True)
class Credited:
    """One line: what is taken back, and the account that it was booked to when it was invoiced."""

    product: str
    description: str
    quantity: int
    months: int
    net: Money
    tax: Money
    tax_rate: Decimal
    account: str


def issue_credit_note(
    session: Session,
    invoice: Invoice,
    lines: Sequence[Credited],
    *,
    reason: str,
    at: datetime,
    refund_id: UUID | None = None,
    against: str = CUSTOMER_CREDIT,
) -> CreditNote:
    """Issue it. ``against`` is the account it is owed on: the customer's credit, or what an open invoice is due."""
    note = _note(session, invoice, lines, reason, at)
    note.refund_id = refund_id
    session.add(note)
    session.flush()
    session.add_all(_line(note, position, line) for position, line in enumerate(lines, start=1))
    session.flush()
    _post(session, note, lines, against)
    publish(session, _issued(note, invoice))
    return note


def _note(session: Session, invoice: Invoice, lines: Sequence[Credited], reason: str, at: datetime) -> CreditNote:
    issued_on = at.astimezone(use(session, Settings).time_zone).date()
    sequence: int = session.execute(_NEXT, {"year": issued_on.year}).scalar_one()
    net = rules.total((line.net for line in lines), invoice.currency)
    tax = rules.total((line.tax for line in lines), invoice.currency)
    return CreditNote(
        id=new_id(),
        organization_id=invoice.organization_id,
        number=rules.credit_note_number(issued_on.year, sequence),
        year=issued_on.year,
        sequence=sequence,
        invoice_id=invoice.id,
        cohort_id=invoice.cohort_id,
        reason=reason,
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
    )


def _post(session: Session, note: CreditNote, lines: Sequence[Credited], against: str) -> None:
    amounts = _by_account(note, lines)
    amounts[against] = amounts.get(against, Money(0, note.currency)) - Money(note.total_minor, note.currency)
    if not any(amounts.values()):
        return  # of money that was credit all the time: nothing moves
    post_entries(
        session,
        note.organization_id,
        kind="credit_note",
        reference=f"credit_note:{note.number}",
        description=f"Credit note {note.number}",
        occurred_at=note.created_at,
        amounts=amounts,
    )


def _by_account(note: CreditNote, lines: Sequence[Credited]) -> dict[str, Money]:
    amounts = {TAX_PAYABLE: Money(note.tax_minor, note.currency)}
    for line in lines:
        amounts[line.account] = amounts.get(line.account, Money(0, note.currency)) + line.net
    return amounts


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
    )
