"""Which sponsorships and programs stand within a period, and which records of their students count: for statements.

``values`` are what the fragments ask for.
"""

from typing import Any

from analytics.rules.periods import Period
from analytics.rules.scope import Scope

LIVE = """
with live as materialized (
    select sponsorship_id as source_id, student_id, kind, start_date as starts_on, course_ids, created_at
    from sponsorships
    where organization_id = :organization and created_at is not null and activated_at < :horizon
        and (ended_at is null or ended_at >= :horizon or end_state = 'completed'
            and (cast(:starts_at as timestamptz) is null or ended_at >= :starts_at))
    union all
    select taken.program_id, taken.student_id, 'program',
        greatest(program.start_date, cast(taken.began_at at time zone :zone as date)), program.course_ids, null
    from program_students as taken
    join funded_programs as program on program.organization_id = taken.organization_id
        and program.program_id = taken.program_id
    where taken.organization_id = :organization and taken.began_at < :horizon
        and (taken.left_at is null or taken.left_at >= :horizon)
        and (cast(:since as date) is null or program.end_date >= :since)
)"""
_JOINED = """
    join {table} as known on known.organization_id = :organization and known.source_id = live.source_id
        and known.student_id = live.student_id
    where {day} >= live.starts_on and {day} <= :last_day and (cast(:since as date) is null or {day} >= :since)
"""
MOMENT = "cast(known.happened_at at time zone :zone as date)"
RESULTS = _JOINED.format(table="sponsored_results", day="known.result_date")
MOMENTS = _JOINED.format(table="sponsored_activities", day=MOMENT)
DAYS = _JOINED.format(table="sponsored_activities", day="known.day")

PAIRS = f"""{LIVE}, told as (
    select distinct on (known.student_id, known.course_id, known.result_date, known.recorded_at, known.result_id)
        known.student_id, known.course_id, known.result_id, known.points, known.completed, known.result_date,
        known.recorded_at
    from live {RESULTS}
    order by known.student_id, known.course_id, known.result_date, known.recorded_at, known.result_id
), scored as (
    select student_id, course_id, bool_or(completed) as completed,
        array_agg(points order by result_date, recorded_at, result_id) filter (where points is not null) as scores
    from told group by student_id, course_id
), progressed as (
    select known.student_id, known.course_id, bool_or(known.completed) as completed
    from live {MOMENTS} and known.kind = 'progress' group by known.student_id, known.course_id
), pairs as (
    select student_id, course_id, coalesce(scored.completed, false) or coalesce(progressed.completed, false)
        as completed, scores, cardinality(scores) as number
    from scored full join progressed using (student_id, course_id)
)"""  # noqa: S608 - our own words
"""Each student in each covered course that is begun, with the scores in their order (null without any)."""


def values(scope: Scope, period: Period) -> dict[str, Any]:
    """For the fragments."""
    return {
        "organization": scope.organization_id,
        "horizon": period.horizon,
        "starts_at": period.starts_at,
        "since": period.since,
        "last_day": period.last_day,
        "zone": period.zone.key,
    }
