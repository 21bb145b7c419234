"""Write what a month's statements say of seats: how many students held one, and which purchases covered them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.queries.seat_use import COVERED, NOBODY
from billing.rules import Month
from billing.settings import Settings
from chassis.wiring import use

# A cohort has a statement when a seat of it was used or bought, or something of it is billed or taken back.
_WRITE = text(f"""
with {COVERED}, used as (
    select organization_id, cohort_id, count(distinct student_id) as students from held group by 1, 2
), paid as (
    select organization_id, cohort_id, count(distinct student_id) as students from covered group by 1, 2
), named as (
    select organization_id, cohort_id from used
    union select organization_id, pool from bought where pool <> cast(:nobody as uuid)
    union select * from unnest(cast(:billed_organizations as uuid[]), cast(:billed_cohorts as uuid[]))
), stated as (
    insert into statements (organization_id, month, cohort_id, cohort_name, seats_used, uncovered, closed_at)
    select named.organization_id, :month, named.cohort_id, cohorts.name, coalesce(used.students, 0),
        coalesce(used.students, 0) - coalesce(paid.students, 0), :at
    from named
        left join cohorts on cohorts.organization_id = named.organization_id and cohorts.cohort_id = named.cohort_id
        left join used on used.organization_id = named.organization_id and used.cohort_id = named.cohort_id
        left join paid on paid.organization_id = named.organization_id and paid.cohort_id = named.cohort_id
), seats as (
    insert into statement_seats (organization_id, month, cohort_id, grant_id, students)
    select organization_id, :month, cohort_id, grant_id, count(distinct student_id) from covered group by 1, 3, 4
)
select count(*) from named
""")  # noqa: S608 - constants, written once

# The planner knows nothing of the sizes of what one step hands the next, and would compare every seat with every
# purchase; all joins here are by equality.
_HASHED = text("set local enable_nestloop = off")
_AS_BEFORE = text("set local enable_nestloop = on")


def write_statements(
    session: Session,
    organizations: Sequence[UUID],
    month: Month,
    *,
    billed: Collection[tuple[UUID, UUID | None]],
    at: datetime,
) -> int:
    """One for each cohort with seats, and each with something billed or taken back (``billed``: organization, cohort).

    How many.
    """
    zone = use(session, Settings).time_zone
    values = {
        "organizations": list(organizations),
        "month": month.first,
        "begins": month.begins(zone),
        "ends": month.ends(zone),
        "nobody": NOBODY,
        "billed_organizations": [organization for organization, _ in billed],
        "billed_cohorts": [cohort for _, cohort in billed],
        "at": at,
    }
    session.execute(_HASHED)
    written: int = session.execute(_WRITE, values).scalar_one()
    session.execute(_AS_BEFORE)
    return written
