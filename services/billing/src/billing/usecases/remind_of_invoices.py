"""Remind of overdue invoices on the days the settings give, each reminder once."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.settings import Settings
from chassis.clock import now
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.billing import InvoiceReminderDue

_BATCH = 1000
# When several have become due since the last run (nothing ran for a while), only the latest of them is sent.
_REMIND = text("""
with open_invoices as (
    select organization_id, id, number, total_minor, total_minor - credited_minor as due_minor, currency, cohort_id,
        due_on
    from invoices as invoice
    where state = 'overdue' and exists (
        select from unnest(cast(:days as integer[])) as reminder (days)
        where due_on + days <= :today and not exists (
            select from invoice_reminders as said where said.organization_id = invoice.organization_id
                and said.invoice_id = invoice.id and said.after_days = days
        )
    )
    order by due_on, id limit :batch for update skip locked
), said as (
    insert into invoice_reminders (organization_id, invoice_id, after_days, announced, created_at)
    select organization_id, id, days, days = max(days) over (partition by id), :at
    from open_invoices join unnest(cast(:days as integer[])) as reminder (days) on due_on + days <= :today
    on conflict (organization_id, invoice_id, after_days) do nothing
    returning invoice_id, after_days, announced
)
select organization_id, id as invoice_id, number, total_minor, due_minor, currency, cohort_id, due_on,
    after_days as days
from open_invoices join said on said.invoice_id = open_invoices.id where announced order by due_on, id
""")


def remind_of_invoices(session: Session) -> None:
    """A batch; what is left comes with the next run."""
    at, settings = now(), use(session, Settings)
    values = {
        "days": list(settings.reminder_days),
        "today": at.astimezone(settings.time_zone).date(),
        "batch": _BATCH,
        "at": at,
    }
    publish(session, *(InvoiceReminderDue(**row) for row in session.execute(_REMIND, values).mappings()))
