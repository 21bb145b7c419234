"""Placements, and their copies for the cohorts their student is in."""

from analytics.models.projection import Projection
from contracts.events import programs

# Of two words on one placement recorded at the same moment the greater one stands, so that order never matters.
_WORD = """(
    coalesce({0}.recorded_at, '-infinity'), coalesce({0}.ended_on, '-infinity'), {0}.placed_on,
    coalesce({0}.salary_minor, -1), coalesce({0}.currency, ''), coalesce(cast({0}.cohort_id as text), '')
)"""
_PLACEMENT = f"""
insert into placements as known (
    organization_id, placement_id, student_id, cohort_id, placed_on, salary_minor, currency, ended_on, recorded_at
)
select distinct on (placement_id) organization_id, placement_id, student_id, cohort_id, placed_on, salary_minor,
    currency, ended_on, coalesce(recorded_at, '-infinity')
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, placement_id uuid, student_id uuid, cohort_id uuid, placed_on date,
    salary_minor bigint, currency text, ended_on date, recorded_at timestamptz
)
order by placement_id, {_WORD.format("fact")} desc
on conflict (placement_id) do update set student_id = excluded.student_id, cohort_id = excluded.cohort_id,
    placed_on = excluded.placed_on, salary_minor = excluded.salary_minor, currency = excluded.currency,
    ended_on = excluded.ended_on, recorded_at = excluded.recorded_at
where {_WORD.format("excluded")} > {_WORD.format("known")}
"""  # noqa: S608 - our own words
# A correction may name another cohort: copies for the former one go.
_LEAVE_COHORTS = """
delete from cohort_placements as known using jsonb_to_recordset(cast(:facts as jsonb)) as fact (placement_id uuid),
    placements as placement
where placement.placement_id = fact.placement_id and known.student_id = placement.student_id
    and known.placement_id = placement.placement_id and known.cohort_id <> placement.cohort_id
returning known.organization_id
"""

_TELL_COHORTS = """
with told as materialized (
    select distinct {key} from jsonb_to_recordset(cast(:facts as jsonb)) as fact ({key} uuid)
)
insert into cohort_placements as known (
    organization_id, cohort_id, student_id, placement_id, placed_on, salary_minor, currency
)
select distinct enrolled.organization_id, enrolled.cohort_id, placement.student_id, placement.placement_id,
    placement.placed_on, placement.salary_minor, placement.currency
{joined}on conflict (organization_id, cohort_id, student_id, placement_id) do update set placed_on = excluded.placed_on,
    salary_minor = excluded.salary_minor, currency = excluded.currency
where (known.placed_on, known.salary_minor, known.currency)
    is distinct from (excluded.placed_on, excluded.salary_minor, excluded.currency)
returning known.organization_id
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

PROJECTION: Projection = {programs.PlacementRecorded: (_PLACEMENT, _LEAVE_COHORTS, _TELL_OF_PLACEMENTS)}
