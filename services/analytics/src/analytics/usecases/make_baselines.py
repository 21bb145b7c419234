"""Sum the roll-ups of all organizations by currency and month, for the baseline of the platform."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now

# What flows counts in the month it happened and as long as it stands, people in the months they come and go.
_MAKE = text("""
insert into baselines (currency, measure, month, number, organizations, made_at)
select organization.currency, cell.measure, told.month, sum(cell.number), count(distinct cell.organization_id), :now
from cells as cell
join organizations as organization on organization.organization_id = cell.organization_id
cross join lateral (select case when cell.measure = 'people' then cell.month else cell.origin end as month) as told
where cell.cohort_id = uuid '00000000-0000-0000-0000-000000000000' and cell.dimension = 'all'
    and (cell.measure in ('completion', 'placement', 'certificate') and cell.origin > '-infinity'
        or cell.measure = 'people' and cell.origin = '-infinity'
        or cell.measure = 'paid' and cell.origin > '-infinity' and cell.key = organization.currency)
group by organization.currency, cell.measure, told.month
""")


def make_baselines(session: Session) -> None:
    """Replace the baselines by what the roll-ups come to now."""
    session.execute(text("delete from baselines"))
    session.execute(_MAKE, {"now": now()})
