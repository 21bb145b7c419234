"""Seats bought (grants, each with its window) and seats held."""

from analytics.models.projection import Projection
from contracts.events import billing, programs

_HELD = """
insert into seats as known (organization_id, seat_id, cohort_id, student_id, {column})
select organization_id, seat_id, cohort_id, student_id, {first}({column})
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, seat_id uuid, cohort_id uuid, student_id uuid, {column} timestamptz
)
group by organization_id, seat_id, cohort_id, student_id
on conflict (organization_id, seat_id) do update set {column} = {best}(known.{column}, excluded.{column})
"""
_GRANTED = """
insert into seat_grants as known (organization_id, grant_id, cohort_id, quantity, valid_from, valid_until)
select organization_id, grant_id, cohort_id, quantity, valid_from, valid_until
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, grant_id uuid, cohort_id uuid, quantity bigint, valid_from timestamptz,
    valid_until timestamptz
)
on conflict (organization_id, grant_id) do update set cohort_id = excluded.cohort_id,
    quantity = excluded.quantity, valid_from = excluded.valid_from, valid_until = excluded.valid_until
"""
_EXPIRED = """
insert into seat_grants as known (organization_id, grant_id, cohort_id, quantity, expired_at)
select organization_id, grant_id, cohort_id, quantity, min(expired_at)
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, grant_id uuid, cohort_id uuid, quantity bigint, expired_at timestamptz
)
group by organization_id, grant_id, cohort_id, quantity
on conflict (organization_id, grant_id) do update set expired_at = least(known.expired_at, excluded.expired_at)
"""
# From the refund on there are so many fewer: a grant the other way round, known by refund and grant.
_REFUNDED = """
insert into seat_grants (organization_id, grant_id, cohort_id, quantity, valid_from, valid_until)
select organization_id, cast(md5(refund_id::text || grant_id::text) as uuid), cohort_id, -quantity, refunded_at,
    valid_until
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, refund_id uuid, grant_id uuid, cohort_id uuid, quantity bigint, refunded_at timestamptz,
    valid_until timestamptz
)
on conflict do nothing
"""

PROJECTION: Projection = {
    programs.SeatAssigned: (_HELD.format(column="assigned_at", first="min", best="least"),),
    programs.SeatReleased: (_HELD.format(column="released_at", first="max", best="greatest"),),
    billing.SeatsGranted: (_GRANTED,),
    billing.SeatsExpired: (_EXPIRED,),
    billing.SeatsRefunded: (_REFUNDED,),
}
