"""Placements, and their copies for the cohorts their student is in."""

from analytics.models.projection import Projection
from contracts.events import programs

_PLACEMENT = """
insert into placements (organization_id, placement_id, student_id, cohort_id, placed_on, salary_minor, currency)
select organization_id, placement_id, student_id, cohort_id, placed_on, salary_minor, currency
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, placement_id uuid, student_id uuid, cohort_id uuid, placed_on date,
    salary_minor bigint, currency text
)
on conflict do nothing
"""

_TELL_COHORTS = """
with told as materialized (
    select distinct {key} from jsonb_to_recordset(cast(:facts as jsonb)) as fact ({key} uuid)
)
insert into cohort_placements (
    organization_id, cohort_id, student_id, placement_id, placed_on, salary_minor, currency
)
select distinct enrolled.organization_id, enrolled.cohort_id, placement.student_id, placement.placement_id,
    placement.placed_on, placement.salary_minor, placement.currency
{joined}on conflict do nothing
returning organization_id
"""
_OF_PLACEMENTS = """
from told
join placements as placement on placement.placement_id = told.placement_id
join enrollments as enrolled on enrolled.student_id = placement.student_id
    and (placement.cohort_id is null or placement.cohort_id = enrolled.cohort_id)
"""
_OF_STUDENTS = """
from told
join enrollments as enrolled on enrolled.student_id = told.student_id
join placements as placement on placement.student_id = enrolled.student_id
    and (placement.cohort_id is null or placement.cohort_id = enrolled.cohort_id)
"""

# Copy placements to the cohorts of their student, or to the one they name.
_TELL_OF_PLACEMENTS = _TELL_COHORTS.format(key="placement_id", joined=_OF_PLACEMENTS)
TELL_OF_STUDENTS = _TELL_COHORTS.format(key="student_id", joined=_OF_STUDENTS)

PROJECTION: Projection = {programs.PlacementRecorded: (_PLACEMENT, _TELL_OF_PLACEMENTS)}
