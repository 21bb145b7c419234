"""Certificates, milestones, mentor sessions, lab use, progress: the latest word on each, and copies for cohorts."""

from analytics.models import sponsored
from analytics.models.projection import Projection
from contracts.event import Event
from contracts.events import programs

# Of two words on one thing recorded at the same moment the greater one stands, so that order never matters.
_LATEST = """
insert into activities as known (
    organization_id, activity_id, kind, student_id, course_id, cohort_id, day, happened_at, minutes, percent, completed,
    recorded_at
)
select distinct on (activity_id) organization_id, activity_id, '{kind}', student_id, course_id, cohort_id, day,
    happened_at, minutes, percent, completed, recorded_at
from (
    select organization_id, {key} as activity_id, student_id, {course} as course_id, {cohort} as cohort_id,
        {day} as day, {happened} as happened_at, {minutes} as minutes, {percent} as percent,
        {completed} as completed, {recorded} as recorded_at
    from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
        organization_id uuid, student_id uuid, course_id uuid, cohort_id uuid, certificate_id uuid, milestone_id uuid,
        session_id uuid, usage_id uuid, source text, percent numeric, minutes bigint, completed boolean,
        earned_on date, reached_on date, held_at timestamptz, used_at timestamptz, happened_at timestamptz,
        issued_at timestamptz, recorded_at timestamptz
    )
) as told
order by activity_id, recorded_at desc, completed desc, coalesce(percent, minutes, 0) desc, happened_at desc nulls last,
    day desc nulls last, cohort_id desc nulls last
on conflict (activity_id) do update set student_id = excluded.student_id, course_id = excluded.course_id,
    cohort_id = excluded.cohort_id, day = excluded.day, happened_at = excluded.happened_at, minutes = excluded.minutes,
    percent = excluded.percent, completed = excluded.completed, recorded_at = excluded.recorded_at
where (excluded.recorded_at, excluded.completed, coalesce(excluded.percent, excluded.minutes, 0),
        coalesce(excluded.happened_at, '-infinity'), coalesce(excluded.day, '-infinity'),
        coalesce(cast(excluded.cohort_id as text), ''))
    > (known.recorded_at, known.completed, coalesce(known.percent, known.minutes, 0),
        coalesce(known.happened_at, '-infinity'), coalesce(known.day, '-infinity'),
        coalesce(cast(known.cohort_id as text), ''))
"""
_COLUMNS = {
    "course": "cast(null as uuid)", "cohort": "cast(null as uuid)", "day": "cast(null as date)",
    "happened": "cast(null as timestamptz)", "minutes": "cast(null as bigint)", "percent": "cast(null as numeric)",
    "completed": "false", "recorded": "recorded_at",
}  # fmt: skip
# A student's progress in a course, as one source tells it, has no id of its own.
_PROGRESS_KEY = "cast(md5(concat_ws('/', organization_id, student_id, course_id, source)) as uuid)"

_TOLD = """
with told as materialized (
    select distinct {key}
    from jsonb_to_recordset(cast(:facts as jsonb)) as fact (organization_id uuid, cohort_id uuid, student_id uuid)
), due as materialized (
    select distinct enrolled.organization_id, enrolled.cohort_id, activity.student_id, activity.activity_id,
        activity.kind, activity.course_id, activity.day, activity.happened_at, activity.minutes, activity.completed
    from told
    join enrollments as enrolled on {joined}
    join activities as activity on activity.student_id = enrolled.student_id
        and (activity.cohort_id is null or activity.cohort_id = enrolled.cohort_id)
    where activity.course_id is null or exists (
        select from cohort_courses as taken where taken.organization_id = enrolled.organization_id
            and taken.cohort_id = enrolled.cohort_id and taken.course_id = activity.course_id
    )
), gone as (
    delete from cohort_activities as known using told
    where {known} and not exists (
        select from due where due.organization_id = known.organization_id and due.cohort_id = known.cohort_id
            and due.student_id = known.student_id and due.activity_id = known.activity_id
    )
    returning known.organization_id
), written as (
    insert into cohort_activities as known (
        organization_id, cohort_id, student_id, activity_id, kind, course_id, day, happened_at, minutes, completed
    )
    select * from due
    on conflict (organization_id, cohort_id, student_id, activity_id) do update set course_id = excluded.course_id,
        day = excluded.day, happened_at = excluded.happened_at, minutes = excluded.minutes,
        completed = excluded.completed
    where (known.course_id, known.day, known.happened_at, known.minutes, known.completed) is distinct from
        (excluded.course_id, excluded.day, excluded.happened_at, excluded.minutes, excluded.completed)
    returning known.organization_id
)
select organization_id from gone union select organization_id from written
"""
TELL_OF_STUDENTS = _TOLD.format(
    key="student_id", joined="enrolled.student_id = told.student_id", known="known.student_id = told.student_id"
)
TELL_OF_COHORTS = _TOLD.format(
    key="organization_id, cohort_id",
    joined="enrolled.organization_id = told.organization_id and enrolled.cohort_id = told.cohort_id",
    known="known.organization_id = told.organization_id and known.cohort_id = told.cohort_id",
)


def _tell(kind: str, key: str, **columns: str) -> tuple[str, ...]:
    return (
        _LATEST.format(kind=kind, key=key, **{**_COLUMNS, **columns}),
        TELL_OF_STUDENTS,
        *sponsored.TELL_OF_ACTIVITIES,
    )


_PLACE = {"course": "course_id", "cohort": "cohort_id"}
_TIME = {"cohort": "cohort_id", "minutes": "minutes"}

PROJECTION: Projection = {
    programs.CertificateEarned: _tell("certificate", "certificate_id", day="earned_on", recorded="issued_at", **_PLACE),
    programs.MilestoneReached: _tell("milestone", "milestone_id", day="reached_on", **_PLACE),
    programs.MentorSessionHeld: _tell("session", "session_id", happened="held_at", **_TIME),
    programs.LabUsed: _tell("lab", "usage_id", happened="used_at", **_TIME),
    programs.ProgressRecorded: _tell(
        "progress", _PROGRESS_KEY, course="course_id", happened="happened_at", percent="percent", completed="completed"
    ),
}
KINDS: tuple[type[Event], ...] = tuple(PROJECTION)
