"""Decide who pays for what was metered (docs/decisions/0018-who-pays-for-usage.md).

Who recorded it pays, in the cohort it was recorded for. What an academy records of a student for whom exactly one
other organization held a seat that day, and the academy itself none, is paid by that organization, in the seat's
cohort. Once billed, a usage stays with who was billed.
"""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.settings import Settings
from chassis.wiring import use

_HOLDERS = """
with open_usage as materialized (
    select organization_id, id, student_id, cohort_id, cast(occurred_on as timestamp) at time zone :zone as begins,
        cast(occurred_on + 1 as timestamp) at time zone :zone as ends
    from metered_usage where to_bill {which}
), holders as (
    select usage.organization_id, usage.id, count(distinct seat.organization_id) as holders,
        bool_or(seat.organization_id = usage.organization_id) as own,
        (array_agg(seat.organization_id order by seat.assigned_at))[1] as holder,
        (array_agg(seat.cohort_id order by seat.assigned_at))[1] as holder_cohort
    from open_usage as usage
        join organizations on organizations.organization_id = usage.organization_id and organizations.kind = 'academy'
        join seat_holdings as seat on seat.student_id = usage.student_id and seat.assigned_at < usage.ends
            and (seat.released_at is null or seat.released_at > usage.begins or seat.released_at < seat.assigned_at)
    group by 1, 2
), billed as (
    select distinct on (recorded_by, usage_id) recorded_by, usage_id, billed_usage.organization_id,
        billed_usage.cohort_id
    from billed_usage join open_usage
        on open_usage.organization_id = billed_usage.recorded_by and open_usage.id = billed_usage.usage_id
    order by recorded_by, usage_id, month desc, quantity desc
), decided as (
    select usage.organization_id, usage.id,
        coalesce(billed.organization_id, holders.holder, usage.organization_id) as payer,
        case when billed.organization_id <> usage.organization_id then billed.cohort_id
            when billed.organization_id is null and holders.holder is not null then holders.holder_cohort
            else usage.cohort_id end as cohort
    from open_usage as usage
        left join billed on billed.recorded_by = usage.organization_id and billed.usage_id = usage.id
        left join holders on holders.organization_id = usage.organization_id and holders.id = usage.id
            and holders.holders = 1 and not holders.own
)
update metered_usage as usage set payer_id = decided.payer, payer_cohort_id = decided.cohort
from decided
where usage.organization_id = decided.organization_id and usage.id = decided.id
    and (usage.payer_id, usage.payer_cohort_id) is distinct from (decided.payer, decided.cohort)
"""
_OF_ALL = text(_HOLDERS.format(which="and occurred_on < :until"))
_OF_NEW = text(_HOLDERS.format(which="and payer_id is null"))
# One decides at a time: two would take the same rows in different orders.
_ALONE = text("select pg_advisory_xact_lock(hashtext('billing.assign_payers'))")


def assign_payers(session: Session, until: date) -> None:
    """Decide it for all that is to be billed and was used before that day, anew: seats may have come to light."""
    session.execute(_ALONE)
    session.execute(_OF_ALL, {"zone": use(session, Settings).time_zone_name, "until": until})


def assign_new_payers(session: Session) -> None:
    """The job: decide it for what is new, so that who will pay sees it on the statement of the running month."""
    session.execute(_ALONE)
    session.execute(_OF_NEW, {"zone": use(session, Settings).time_zone_name})
