"""One student, in a transaction that may see every organization: whoever asks has asked privacy before."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

_COURSES = text("""
select scored.course_id, course.title, course.subject_area, completed, coalesce(cardinality(scores), 0) as number,
    scores[1] as first, scores[cardinality(scores)] as latest
from (
    select course_id, bool_or(completed) as completed,
        array_agg(points order by result_date, recorded_at, result_id) filter (where points is not null) as scores
    from (
        select course_id, completed, result_date, recorded_at, result_id, case when max_score > 0 and score is not null
            then cast(round(least(greatest(score / max_score, 0), 1) * 10000) as integer) end as points
        from results where student_id = :student
    ) as result group by course_id
) as scored left join courses as course on course.course_id = scored.course_id
order by course.title nulls last, scored.course_id
""")
# Of one organization, unless it is null: then of all.
_COHORTS = text("""
select distinct cohort.organization_id, cohort.cohort_id, cohort.name, cohort.start_date, cohort.end_date
from enrollments as enrolled
join cohorts as cohort on cohort.organization_id = enrolled.organization_id and cohort.cohort_id = enrolled.cohort_id
where enrolled.student_id = :student and enrolled.left_at is null and enrolled.done_at is null
    and (cast(:organization as uuid) is null or enrolled.organization_id = :organization)
order by cohort.start_date, cohort.name, cohort.cohort_id limit :most
""")
_IS_IN = text("""
select exists (
    select from enrollments where organization_id = :organization and student_id = :student and left_at is null
        and cohort_id = any (cast(:cohorts as uuid[]))
)
""")


def courses(session: Session, student_id: UUID) -> Sequence[Row[Any]]:
    """The courses with results, whoever recorded them, and the first and the latest score in points."""
    return session.execute(_COURSES, {"student": student_id}).all()


def open_cohorts(session: Session, student_id: UUID, organization_id: UUID | None, most: int) -> Sequence[Row[Any]]:
    """The cohorts in which the student has completed nothing yet: an organization's, or everybody's."""
    asked = {"student": student_id, "organization": organization_id, "most": most}
    return session.execute(_COHORTS, asked).all()


def is_in(session: Session, student_id: UUID, organization_id: UUID | None, cohorts: Collection[UUID]) -> bool:
    """Whether the student is in one of these cohorts of the organization."""
    asked = {"student": student_id, "organization": organization_id, "cohorts": list(cohorts)}
    return bool(session.scalar(_IS_IN, asked))
