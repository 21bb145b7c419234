"""Count what all students of the platform learned in the running quarters and years, and ever."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.queries import plan_for_groups
from analytics.queries.partner.platform import EVER
from analytics.rules.partner.calendar import PERIODS, first_day
from chassis.clock import now

# The same rules as for sponsored students (queries.partner.sources), for every student and course.
_MAKE = text("""
with told as materialized (
    select organization_id, student_id, course_id, result_id, completed, result_date, recorded_at,
        case when max_score > 0 and score is not null
            then cast(round(least(greatest(score / max_score, 0), 1) * 10000) as integer) end
            as points
    from results where result_date >= :since and result_date <= :last_day
), scored as (
    select student_id, course_id, bool_or(completed) as completed,
        (array_agg(points order by result_date desc, recorded_at desc, result_id desc)
            filter (where points is not null))[1] as latest
    from told group by student_id, course_id
), progressed as (
    select student_id, course_id, bool_or(completed) as completed from activities
    where kind = 'progress' and cast(happened_at at time zone 'UTC' as date) between :since and :last_day
    group by student_id, course_id
), pairs as (
    select student_id, latest, coalesce(scored.completed, false) or coalesce(progressed.completed, false) as completed
    from scored full join progressed using (student_id, course_id)
), people as (
    select count(*) as begun, count(*) filter (where completed) as completed, count(latest) as scored,
        sum(latest) as latest
    from pairs group by student_id
)
insert into platform_learning (since, students, points, begun, completed, organizations, made_at)
select :since, count(*) filter (where scored > 0),
    coalesce(sum((2 * latest + scored) / (2 * scored)) filter (where scored > 0), 0),
    coalesce(sum(begun), 0), coalesce(sum(completed), 0), (select count(distinct organization_id) from told), :now
from people
""")


def make_platform(session: Session) -> None:
    """Replace what was made before. Wherever an organization is, its quarter and year begin on one of these days."""
    moment = now()
    days = {(moment + timedelta(hours=hours)).date() for hours in (-12, 14)}
    starts = {first_day(name, day) or EVER for name in PERIODS for day in days}
    plan_for_groups(session)
    session.execute(text("delete from platform_learning"))
    for since in sorted(starts):
        session.execute(_MAKE, {"since": since, "last_day": max(days), "now": moment})
