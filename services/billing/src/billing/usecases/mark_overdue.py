"""Say of invoices that were not paid in time that they are overdue: once."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.settings import Settings
from chassis.clock import now
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.billing import InvoiceOverdue

_BATCH = 1000
# An invoice that is being paid is left to its payer.
_MARK = text("""
update invoices set state = 'overdue'
where id in (
    select id from invoices where state = 'issued' and due_on < :today
    order by due_on, id limit :batch for update skip locked
)
returning organization_id, id as invoice_id, number, total_minor, total_minor - credited_minor as due_minor, currency,
    cohort_id, due_on
""")


def mark_overdue(session: Session) -> None:
    """A batch of those due before today, by the seller's calendar; what is left comes with the next run."""
    at = now()
    today = at.astimezone(use(session, Settings).time_zone).date()
    marked = session.execute(_MARK, {"today": today, "batch": _BATCH}).mappings()
    publish(session, *(InvoiceOverdue(**row, overdue_at=at) for row in marked))
