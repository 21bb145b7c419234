"""Enrolments: when each began, and when it was last taken up, completed and left.

Only the first and the latest of each time are kept. Both are the same in whatever order they are told.
"""

from analytics.models.placements import TELL_COHORTS as TELL_PLACEMENTS
from analytics.models.projection import Projection
from analytics.models.results import TELL_COHORTS as TELL_RESULTS
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
_OF_THESE = (
    "enrolled.student_id in "
    "(select student_id from jsonb_to_recordset(cast(:facts as jsonb)) as fact (student_id uuid))"
)
_TELL = (TELL_RESULTS.format(which=_OF_THESE), TELL_PLACEMENTS.format(which=_OF_THESE))


def _latest(column: str) -> str:
    return _WRITE.format(column=column, columns=column, values=f"max({column})")


_ENROLLED = (
    _WRITE.format(column="enrolled_at", columns="began_at, enrolled_at", values="min(enrolled_at), max(enrolled_at)")
    + _BEGAN
)

PROJECTION: Projection = {
    programs.StudentEnrolled: (_ENROLLED, *_TELL),
    programs.EnrollmentCompleted: (_latest("completed_at"), *_TELL),
    programs.EnrollmentWithdrawn: (_latest("withdrawn_at"), *_TELL),
}
