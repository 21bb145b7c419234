"""Enrolments: when each began, and when it was last taken up, completed and left.

Only the first and the latest of each time are kept. Both are the same in whatever order they are told.
"""

from analytics.models import activities, placements, results
from analytics.models.projection import Projection
from contracts.events import programs

_WRITE = """
insert into enrollments as known (organization_id, enrollment_id, cohort_id, student_id, {columns})
select organization_id, enrollment_id, cohort_id, student_id, {values}
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, enrollment_id uuid, cohort_id uuid, student_id uuid, {column} timestamptz
)
group by organization_id, enrollment_id, cohort_id, student_id
on conflict (organization_id, enrollment_id) do update set {column} = greatest(known.{column}, excluded.{column})
"""
_BEGAN = ", began_at = least(known.began_at, excluded.began_at)"
# Who is in a cohort is told by the enrolment; completing and leaving change nothing about whose results count.
_TELL = (results.TELL_OF_STUDENTS, placements.TELL_OF_STUDENTS, activities.TELL_OF_STUDENTS)


def _latest(column: str) -> str:
    return _WRITE.format(column=column, columns=column, values=f"max({column})")


_ENROLLED = (
    _WRITE.format(column="enrolled_at", columns="began_at, enrolled_at", values="min(enrolled_at), max(enrolled_at)")
    + _BEGAN
)

PROJECTION: Projection = {
    programs.StudentEnrolled: (_ENROLLED, *_TELL),
    programs.EnrollmentCompleted: (_latest("completed_at"),),
    programs.EnrollmentWithdrawn: (_latest("withdrawn_at"),),
}
