"""Invoices of what was gathered, one for each cohort and currency, and the note of what was billed and taken back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.drafts import Draft, Line
from billing.metering import Usage, priced
from billing.models import Invoice
from billing.rules import Month
from billing.settings import Settings
from billing.usecases.close_month.credit_usage import Credits
from billing.usecases.issue_invoice import issue_invoices
from chassis.wiring import use

_BILLED = text("""
insert into billed_usage (
    organization_id, month, recorded_by, usage_id, product, cohort_id, usage_month, currency, quantity, rate,
    invoice_id, position, credit_note_id
)
select organization_id, :month, recorded_by, usage_id, product, cohort_id, usage_month, currency, quantity, rate,
    billed.invoice_id, billed.position, credit_note_id
from closing_usage join unnest(
    cast(:lines as bigint[]), cast(:invoices as uuid[]), cast(:positions as integer[]), cast(:notes as uuid[])
) as billed (line, invoice_id, position, credit_note_id) using (line)
where organization_id = any(cast(:organizations as uuid[]))
""")
# A usage of which something could not be billed stays to be billed.
_DONE = text("""
update metered_usage as usage set to_bill = false
from (
    select recorded_by, usage_id from closing_usage where organization_id = any(cast(:organizations as uuid[]))
    group by 1, 2 having bool_and(line = 0 or line = any(cast(:lines as bigint[])))
) as done
where usage.organization_id = done.recorded_by and usage.id = done.usage_id
""")
_CLEAR = text("delete from closing_usage where organization_id = any(cast(:organizations as uuid[]))")
_UNBILLED = text("""
insert into unbilled_usage (organization_id, month, cohort_id, product, currency, reason, usages)
values (:organization_id, :month, :cohort_id, :product, nullif(:currency, ''), :reason, :usages)
""")

_Key = tuple[UUID, UUID | None, str]
_Place = tuple[int, UUID, int, UUID | None]


@dataclass
class Bill:
    """What will be billed, an invoice each, and what cannot be, with the reason."""

    invoices: dict[_Key, list[tuple[Usage, Line]]] = field(default_factory=dict)
    left: list[tuple[Usage, str]] = field(default_factory=list)

    @property
    def cohorts(self) -> set[tuple[UUID, UUID | None]]:
        """Organization and cohort of every invoice."""
        return {(organization, cohort) for organization, cohort, _ in self.invoices}


def make_bill(session: Session, usages: Sequence[Usage]) -> Bill:
    """Price the lines and put them on invoices. Nothing is written."""
    tax_rate, bill = use(session, Settings).tax_rate, Bill()
    wanted: dict[_Key, list[tuple[Usage, Line]]] = defaultdict(list)
    for usage in usages:
        if usage.has_price:
            wanted[usage.organization_id, usage.cohort_id, usage.currency].append((usage, priced(usage, tax_rate)))
        else:
            bill.left.append((usage, "no_price"))
    for key, pairs in wanted.items():
        if sum(line.total_minor for _, line in pairs) > 0:
            bill.invoices[key] = pairs
    return bill


def bill_usage(
    session: Session, organizations: Sequence[UUID], month: Month, bill: Bill, credits: Credits, *, at: datetime
) -> list[Invoice]:
    """Issue the invoices, note which usage they bill and the credit notes took back, put the scratch paper away."""
    invoices = issue_invoices(session, [_draft(key, pairs, month) for key, pairs in bill.invoices.items()], at)
    places: list[_Place] = [
        (usage.line, invoice.id, position, None)
        for invoice, pairs in zip(invoices, bill.invoices.values(), strict=True)
        for position, (usage, _) in enumerate(pairs, start=1)
    ]
    places += [
        (one.usage.line, one.invoice_id, one.position, None if note is None else note.id) for one, note in credits.done
    ]
    columns = list(zip(*places, strict=True)) or [()] * 4
    values: dict[str, Any] = {
        "organizations": list(organizations),
        "month": month.first,
        **dict(zip(("lines", "invoices", "positions", "notes"), map(list, columns), strict=True)),
    }
    for statement in (_BILLED, _DONE, _CLEAR):
        session.execute(statement, values)
    rows = _left([*bill.left, *credits.left], month)
    if rows:
        session.execute(_UNBILLED, rows)
    return invoices


def _draft(key: _Key, pairs: Sequence[tuple[Usage, Line]], month: Month) -> Draft:
    organization_id, cohort_id, currency = key
    return Draft(
        organization_id=organization_id,
        cohort_id=cohort_id,
        currency=currency,
        lines=[line for _, line in pairs],
        month=month.first,
        to_be_paid=True,
    )


def _left(left: Sequence[tuple[Usage, str]], month: Month) -> list[Mapping[str, object]]:
    counts: dict[tuple[UUID, UUID | None, str, str, str], int] = defaultdict(int)
    for usage, reason in left:
        counts[usage.organization_id, usage.cohort_id, usage.product, usage.currency, reason] += usage.usages
    names = ("organization_id", "cohort_id", "product", "currency", "reason")
    return [{**dict(zip(names, key, strict=True)), "month": month.first, "usages": n} for key, n in counts.items()]
