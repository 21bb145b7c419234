"""What sponsored students have reached in the courses that their sponsorships cover."""

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from programs.queries.scope import everywhere

# A sponsorship that names no course covers every one that the student has progress in or is enrolled for, wherever.
_COVERED = text("""
with listed as (
    select id, student_id, course_ids from sponsorships where organization_id = :organization_id and id = any(:ids)
), covered as (
    select listed.id, student_id, named.course_id, named.place
    from listed cross join unnest(course_ids) with ordinality as named (course_id, place)
    union
    select listed.id, student_id, reached.course_id, null
    from listed join course_progress reached using (student_id) where course_ids = '{}'
    union
    select listed.id, student_id, taken.course_id, null
    from listed join enrollments using (student_id) join cohort_courses taken using (organization_id, cohort_id)
    where course_ids = '{}' and enrollments.state <> 'withdrawn'
)
select covered.id, covered.course_id, courses.title, reached.percent, reached.last_score, reached.last_max_score,
    reached.completed_on, reached.student_id is not null as started
from covered join courses on courses.id = covered.course_id
left join course_progress reached on reached.student_id = covered.student_id
    and reached.course_id = covered.course_id
order by covered.id, covered.place, courses.title, covered.course_id
""")

_REACHED = text("""
select reached_on as day, 'milestone' as kind, courses.title, milestones.name from milestones_reached
join milestones on milestones.organization_id = milestones_reached.organization_id and milestones.id = milestone_id
join courses on courses.id = milestones.course_id
where student_id = :student_id and milestones.course_id = any(:courses) and reached_on >= :since
union all
select completed_on, 'course', courses.title, null from course_progress
join courses on courses.id = course_progress.course_id
where student_id = :student_id and course_id = any(:courses) and completed_on >= :since
union all
select earned_on, 'certificate', title, number from certificates
where student_id = :student_id and course_id = any(:courses) and earned_on >= :since
""")


def covered_courses(session: Session, organization_id: UUID, lines: Collection[Any]) -> dict[UUID, list[Any]]:
    """Of each of these sponsorships (rows with ``id`` and ``course_ids``) its courses, in order, and how they stand."""
    values = {"organization_id": organization_id, "ids": [line["id"] for line in lines]}
    with everywhere(session) if any(not line["course_ids"] for line in lines) else nullcontext():
        rows = session.execute(_COVERED, values).mappings().all() if lines else []
    found: dict[UUID, list[Any]] = {line["id"]: [] for line in lines}
    for row in rows:
        found[row["id"]].append(row)
    return found


def reached_since(session: Session, student_id: UUID, courses: Sequence[UUID], since: date) -> Sequence[Any]:
    """Courses completed, milestones reached and certificates earned within these courses: day, kind, title, name."""
    values = {"student_id": student_id, "courses": list(courses), "since": since}
    with everywhere(session):
        return session.execute(_REACHED, values).mappings().all()
