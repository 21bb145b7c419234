"""What students have reached in courses: computed from all their results, whoever recorded them."""

from collections.abc import Set as AbstractSet
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from programs.usecases.complete_cohorts import everywhere

_UPDATE = text("""
insert into course_progress (
    student_id, course_id, results, last_score, last_max_score, best_score, last_result_on, last_recorded_at,
    completed_on
)
select r.student_id, r.course_id, count(*),
    (array_agg(r.score order by r.result_date desc, r.recorded_at desc, r.id desc)
        filter (where r.score is not null))[1],
    (array_agg(r.max_score order by r.result_date desc, r.recorded_at desc, r.id desc)
        filter (where r.score is not null))[1],
    max(r.score), max(r.result_date), max(r.recorded_at), min(r.result_date) filter (where r.completed)
from unnest(cast(:students as uuid[]), cast(:courses as uuid[])) as changed (student_id, course_id)
join results r using (student_id, course_id)
group by r.student_id, r.course_id
order by r.student_id, r.course_id
on conflict (student_id, course_id) do update set
    results = excluded.results, last_score = excluded.last_score, last_max_score = excluded.last_max_score,
    best_score = excluded.best_score, last_result_on = excluded.last_result_on,
    last_recorded_at = excluded.last_recorded_at, completed_on = excluded.completed_on
""")


def update_progress(session: Session, changed: AbstractSet[tuple[UUID, UUID]]) -> None:
    """Compute anew the progress of these students in these courses.

    The latest score is the one of the latest day that has one: a test not taken is no score, never 0.
    """
    ordered = sorted(changed)
    values = {"students": [student for student, _ in ordered], "courses": [course for _, course in ordered]}
    with everywhere(session):
        session.execute(_UPDATE, values)
