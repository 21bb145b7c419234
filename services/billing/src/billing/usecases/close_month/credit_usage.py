"""Credit notes of what was taken back: one for each invoice that had billed it, which itself never changes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from billing.drafts import Line
from billing.metering import Taken, Usage, credited, fitting
from billing.models import CreditNote, Invoice
from billing.queries import credit_notes, invoices
from billing.rules import Month
from billing.usecases.issue_credit_note import CreditDraft, Credited, issue_credit_notes
from billing.usecases.post_entries import revenue
from chassis.money import Money

REASON = "Usage was corrected after it had been invoiced."


@dataclass
class Credits:
    """What was taken back, the credit note it stands on (None when it comes to nothing), and what could not be."""

    done: list[tuple[Taken, CreditNote | None]] = field(default_factory=list)
    left: list[tuple[Usage, str]] = field(default_factory=list)


def credit_usage(session: Session, month: Month, taken: Sequence[Taken], *, at: datetime) -> Credits:
    """Issue them. The invoices are held, so that a payment comes before or after and finds what is due then.

    What an invoice does not hold any more, because it was refunded, waits.
    """
    billed = invoices.lock_all(session, {one.invoice_id for one in taken})
    left = credit_notes.left(session, billed)
    by_invoice: dict[UUID, list[tuple[Taken, Line]]] = defaultdict(list)
    for one in taken:
        by_invoice[one.invoice_id].append((one, credited(one)))
    credits, drafts, notes = Credits(), [], []
    for invoice in sorted(billed, key=lambda invoice: (invoice.year, invoice.sequence)):
        wanted = by_invoice[invoice.id]
        fits = fitting(wanted, left[invoice.id])
        places = {one.position for one, _ in fits}
        credits.left += [(one.usage, "exceeds_invoice") for one, _ in wanted if one.position not in places]
        if any(line.total_minor for _, line in fits):
            drafts.append(_draft(invoice, [line for _, line in fits], month))
            notes.append([one for one, _ in fits])
        else:
            credits.done += [(one, None) for one, _ in fits]
    for note, ones in zip(issue_credit_notes(session, drafts, at), notes, strict=True):
        credits.done += [(one, note) for one in ones]
    return credits


def _draft(invoice: Invoice, lines: Sequence[Line], month: Month) -> CreditDraft:
    unpaid = invoice.credit(sum(line.total_minor for line in lines))
    return CreditDraft(
        invoice=invoice,
        lines=[_line(invoice, line) for line in lines],
        reason=REASON,
        month=month.first,
        unpaid=Money(unpaid, invoice.currency),
    )


def _line(invoice: Invoice, line: Line) -> Credited:
    return Credited(
        product=line.product,
        description=line.description,
        quantity=line.quantity,
        months=line.months,
        net=Money(line.net_minor, invoice.currency),
        tax=Money(line.tax_minor, invoice.currency),
        tax_rate=line.tax_rate,
        account=revenue(line.product),
        unit=line.unit,
        usage_month=line.usage_month,
    )
