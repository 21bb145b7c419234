"""The verb, and the job that speaks it: batch after batch of organizations, each in a transaction of its own."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.errors import MonthNotOver
from billing.queries.closings import Closing, closing
from billing.rules import Month
from billing.settings import Settings
from billing.usecases.close_month.assign_payers import assign_payers
from billing.usecases.close_month.bill_usage import bill_usage, make_bill
from billing.usecases.close_month.credit_usage import credit_usage
from billing.usecases.close_month.gather_usage import gather_usage
from billing.usecases.close_month.write_statements import write_statements
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use

log = structlog.get_logger()

BATCH = 50
"""Organizations a transaction: few enough to lose little, many enough that statements cost nothing each."""

# Whoever works on them holds them; others take the next.
_TAKE = text("""
select organization_id from organizations
where not exists (
    select from month_closings
    where month_closings.organization_id = organizations.organization_id and month = :month
)
order by organization_id limit :batch for no key update skip locked
""")
# Another may have closed some between our look and our hold; who looks again now sees that.
_STILL_OPEN = text("""
select organization_id from unnest(cast(:organizations as uuid[])) as taken (organization_id)
where not exists (
    select from month_closings
    where month_closings.organization_id = taken.organization_id and month = :month
)
""")
_CLOSED = text("""
insert into month_closings (organization_id, month, closed_at)
select organization_id, :month, :at from unnest(cast(:organizations as uuid[])) as closed (organization_id)
""")
_LATEST = text("select max(month) from month_closings")
# A batch of very large organizations takes longer, and sorts more, than a request may.
_PATIENCE = text("select set_config('statement_timeout', '15min', true), set_config('work_mem', '64MB', true)")

Say = Callable[[Closing], None]


def close_month(database: Database, month: Month, say: Say = lambda _: None) -> Closing:
    """Statements, invoices and credit notes of a month, for every organization that has none yet.

    ``say`` hears how far it is. Closing it again changes nothing; what was cut off goes on where it was.
    Raises MonthNotOver.
    """
    with database.transaction(SYSTEM) as session:
        if now() < month.ends(use(session, Settings).time_zone):
            raise MonthNotOver()
        session.execute(_PATIENCE)
        assign_payers(session, month.next.first)
    while True:
        with database.transaction(SYSTEM) as session:
            taken = _close_batch(session, month)
        with database.transaction(SYSTEM) as session:
            standing = closing(session, month)
        if not taken:
            return standing
        say(standing)


def close_due_months(database: Database) -> None:
    """The job: close what is over for as many days as the settings say, from the latest month that was closed on."""
    with database.transaction(SYSTEM) as session:
        settings = use(session, Settings)
        latest = session.scalar(_LATEST)
    due = Month.at(now() - timedelta(days=settings.close_after_days), settings.time_zone).previous
    month = min(Month(latest), due) if latest else due
    while month <= due:
        done = close_month(database, month)
        for left in done.unbilled:
            log.warning("usage_not_billed", month=str(month), **left)
        month = month.next


def _close_batch(session: Session, month: Month) -> int:
    """How many organizations were looked at; none when there are no more, or others have them in hand."""
    session.execute(_PATIENCE)
    taken = session.scalars(_TAKE, {"month": month.first, "batch": BATCH}).all()
    organizations = session.scalars(_STILL_OPEN, {"organizations": list(taken), "month": month.first}).all()
    if organizations:
        _close(session, organizations, month)
    return len(taken)


def _close(session: Session, organizations: Sequence[UUID], month: Month) -> None:
    at = now()
    usages, taken = gather_usage(session, organizations, month)
    bill = make_bill(session, usages)
    stated = bill.cohorts | {(one.usage.organization_id, one.usage.cohort_id) for one in taken}
    write_statements(session, organizations, month, billed=stated, at=at)
    session.execute(_CLOSED, {"organizations": list(organizations), "month": month.first, "at": at})
    # Last, because from here on invoices that are corrected and the counters of both kinds are held.
    credits = credit_usage(session, month, taken, at=at)
    bill_usage(session, organizations, month, bill, credits, at=at)
