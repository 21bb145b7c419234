"""Results, the latest word on each, and their copies for the cohorts that take the course."""

from analytics.models import sponsored
from analytics.models.projection import Projection
from contracts.events import programs

# Of two words on one result recorded at the same moment the greater one stands, so that order never matters.
_LATEST = """
with told as (
insert into results (
    organization_id, result_id, student_id, course_id, score, max_score, completed, result_date, recorded_at
)
select distinct on (result_id)
    organization_id, result_id, student_id, course_id, score, max_score, completed, result_date, recorded_at
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, result_id uuid, student_id uuid, course_id uuid, score numeric, max_score numeric,
    completed boolean, result_date date, recorded_at timestamptz
)
order by result_id, recorded_at desc, completed desc, coalesce(score, '-Infinity') desc,
    coalesce(max_score, '-Infinity') desc, result_date desc
on conflict (result_id) do update set student_id = excluded.student_id, course_id = excluded.course_id,
    score = excluded.score, max_score = excluded.max_score, completed = excluded.completed,
    result_date = excluded.result_date, recorded_at = excluded.recorded_at
where (excluded.recorded_at, excluded.completed, coalesce(excluded.score, '-Infinity'),
        coalesce(excluded.max_score, '-Infinity'), excluded.result_date)
    > (results.recorded_at, results.completed, coalesce(results.score, '-Infinity'),
        coalesce(results.max_score, '-Infinity'), results.result_date)
)
insert into totals as known (name, number)
select 'results', count(distinct result_id)
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (result_id uuid)
where not exists (select from results where results.result_id = fact.result_id)
on conflict (name) do update set number = known.number + excluded.number
"""

_TELL_COHORTS = """
with told as materialized (
    select distinct {key}
    from jsonb_to_recordset(cast(:facts as jsonb))
        as fact (organization_id uuid, cohort_id uuid, student_id uuid, result_id uuid)
)
insert into cohort_results as known (
    organization_id, cohort_id, course_id, student_id, result_id, score, max_score, completed, result_date,
    recorded_at
)
select distinct cohort.organization_id, cohort.cohort_id, result.course_id, result.student_id, result.result_id,
    result.score, result.max_score, result.completed, result.result_date, result.recorded_at
{joined}on conflict (organization_id, cohort_id, result_id) do update set course_id = excluded.course_id,
    student_id = excluded.student_id, score = excluded.score, max_score = excluded.max_score,
    completed = excluded.completed, result_date = excluded.result_date, recorded_at = excluded.recorded_at
where (known.course_id, known.student_id, known.score, known.max_score, known.completed, known.result_date,
        known.recorded_at)
    is distinct from (excluded.course_id, excluded.student_id, excluded.score, excluded.max_score,
        excluded.completed, excluded.result_date, excluded.recorded_at)
returning known.organization_id
"""
# Joins are made in the order written (usecases.project_facts), from the few rows of a batch outwards.
_OF_RESULTS = """
from told
join results as result on result.result_id = told.result_id
join enrollments as enrolled on enrolled.student_id = result.student_id
join cohort_courses as cohort on cohort.organization_id = enrolled.organization_id
    and cohort.cohort_id = enrolled.cohort_id and cohort.course_id = result.course_id
"""
_OF_STUDENTS = """
from told
join enrollments as enrolled on enrolled.student_id = told.student_id
join cohort_courses as cohort on cohort.organization_id = enrolled.organization_id
    and cohort.cohort_id = enrolled.cohort_id
join results as result on result.student_id = enrolled.student_id and result.course_id = cohort.course_id
"""
_OF_COHORTS = """
from told
join cohort_courses as cohort on cohort.organization_id = told.organization_id and cohort.cohort_id = told.cohort_id
join enrollments as enrolled on enrolled.organization_id = cohort.organization_id
    and enrolled.cohort_id = cohort.cohort_id
join results as result on result.student_id = enrolled.student_id and result.course_id = cohort.course_id
"""

# Copy results to the cohorts whose student and course they are of: those of a batch of results, or all that a batch
# of enrolments or of cohorts brings in.
_TELL_OF_RESULTS = _TELL_COHORTS.format(key="result_id", joined=_OF_RESULTS)
TELL_OF_STUDENTS = _TELL_COHORTS.format(key="student_id", joined=_OF_STUDENTS)
TELL_OF_COHORTS = _TELL_COHORTS.format(key="organization_id, cohort_id", joined=_OF_COHORTS)

PROJECTION: Projection = {programs.ResultRecorded: (_LATEST, _TELL_OF_RESULTS, *sponsored.TELL_OF_RESULTS)}
