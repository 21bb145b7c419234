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

TELL_COHORTS = """
insert into cohort_placements (
    organization_id, cohort_id, student_id, placement_id, placed_on, salary_minor, currency
)
select distinct enrolled.organization_id, enrolled.cohort_id, placement.student_id, placement.placement_id,
    placement.placed_on, placement.salary_minor, placement.currency
from placements as placement
join enrollments as enrolled on enrolled.student_id = placement.student_id
    and (placement.cohort_id is null or placement.cohort_id = enrolled.cohort_id)
where {which}
on conflict do nothing
returning organization_id
"""
"""Copy placements to the cohorts of their student, or to the one they name; ``which`` says of what is new."""

_TELL = TELL_COHORTS.format(
    which="placement.placement_id in "
    "(select placement_id from jsonb_to_recordset(cast(:facts as jsonb)) as fact (placement_id uuid))"
)

PROJECTION: Projection = {programs.PlacementRecorded: (_PLACEMENT, _TELL)}
