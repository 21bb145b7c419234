"""What students have reached in courses: computed from all results and progress, whoever recorded them."""

from collections.abc import Set as AbstractSet
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from programs.queries.scope import everywhere
from programs.usecases.certify import certify_courses
from programs.usecases.complete_cohorts import complete_cohorts
from programs.usecases.reach_milestones import reach_in_courses

_UPDATE = text("""
with changed as (
    select * from unnest(cast(:students as uuid[]), cast(:courses as uuid[])) as changed (student_id, course_id)
), scored as (
    select r.student_id, r.course_id, count(*) as results,
        (array_agg(r.score order by r.result_date desc, r.recorded_at desc, r.id desc)
            filter (where r.score is not null))[1] as last_score,
        (array_agg(r.max_score order by r.result_date desc, r.recorded_at desc, r.id desc)
            filter (where r.score is not null))[1] as last_max_score,
        max(r.score) as best_score, max(r.result_date) as last_result_on, max(r.recorded_at) as last_recorded_at,
        min(r.result_date) filter (where r.completed) as completed_on
    from changed join results r using (student_id, course_id)
    group by r.student_id, r.course_id
), told as (
    select p.student_id, p.course_id, max(p.percent) as percent, min(p.completed_on) as completed_on,
        max(p.happened_at) as happened_at, max(p.recorded_at) as recorded_at
    from changed join progress_records p using (student_id, course_id)
    group by p.student_id, p.course_id
)
insert into course_progress as known (
    student_id, course_id, results, last_score, last_max_score, best_score, last_result_on, last_recorded_at,
    completed_on, percent, last_activity_at
)
select student_id, course_id, coalesce(results, 0), last_score, last_max_score, best_score, last_result_on,
    greatest(last_recorded_at, told.recorded_at), least(scored.completed_on, told.completed_on), percent,
    greatest(least(last_result_on::timestamp at time zone 'UTC', last_recorded_at), happened_at)
from scored full join told using (student_id, course_id)
order by student_id, course_id
on conflict (student_id, course_id) do update set
    results = excluded.results, last_score = excluded.last_score, last_max_score = excluded.last_max_score,
    best_score = excluded.best_score, last_result_on = excluded.last_result_on,
    last_recorded_at = excluded.last_recorded_at, completed_on = excluded.completed_on, percent = excluded.percent,
    last_activity_at = greatest(known.last_activity_at, excluded.last_activity_at)
""")


def update_progress(session: Session, changed: AbstractSet[tuple[UUID, UUID]]) -> set[UUID]:
    """Compute anew the progress of these students in these courses, and all that follows from it.

    The latest score is the one of the latest day that has one: a test not taken is no score, never 0. Last activity
    never goes back. Returns the enrolments that this completed.
    """
    ordered = sorted(changed)
    values = {"students": [student for student, _ in ordered], "courses": [course for _, course in ordered]}
    with everywhere(session):
        session.execute(_UPDATE, values)
        certify_courses(session, **values)
        reach_in_courses(session, **values)
        return complete_cohorts(session, students=set(values["students"]))
