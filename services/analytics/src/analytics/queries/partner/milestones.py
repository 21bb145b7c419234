"""What sponsored students reached lately."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.queries.partner.sources import DAYS, LIVE, MOMENT, MOMENTS, RESULTS, values
from analytics.rules.periods import Period
from analytics.rules.scope import Scope

_SPONSORSHIP = "case when live.kind <> 'program' then live.source_id end as sponsorship_id"
_RECENT = text(f"""{LIVE}, completed as (
    select known.student_id, {_SPONSORSHIP}, known.course_id, 'completed' as kind, known.points,
        known.result_date as day, cast(known.result_date as timestamp) at time zone 'UTC' as at, known.result_id as id
    from live {RESULTS} and known.completed order by day desc, id, sponsorship_id limit :limit
), progressed as (
    select known.student_id, {_SPONSORSHIP}, known.course_id, 'completed' as kind, cast(null as integer) as points,
        {MOMENT} as day, known.happened_at as at, known.activity_id as id
    from live {MOMENTS} and known.kind = 'progress' and known.completed
    order by day desc, id, sponsorship_id limit :limit
), reached as (
    select known.student_id, {_SPONSORSHIP}, known.course_id, known.kind, cast(null as integer) as points, known.day,
        cast(known.day as timestamp) at time zone 'UTC' as at, known.activity_id as id
    from live {DAYS} and known.kind in ('certificate', 'milestone') order by day desc, id, sponsorship_id limit :limit
)
select told.*, course.title
from (select * from completed union all select * from progressed union all select * from reached) as told
left join courses as course on course.course_id = told.course_id
order by told.day desc, told.points desc nulls last, told.kind, told.id, told.sponsorship_id nulls last
""")  # noqa: S608 - our own words


def recent(session: Session, scope: Scope, period: Period, limit: int) -> Sequence[Row[Any]]:
    """The latest of each kind, at least ``limit`` of all together where there are as many; repeated for each source."""
    return session.execute(_RECENT, {**values(scope, period), "limit": 4 * limit}).all()
