"""Results, the latest word on each, and their copies for the cohorts that take the course."""

from analytics.models.projection import Projection
from contracts.events import programs

# Of two words on one result recorded at the same moment the greater one stands, so that order never matters.
_LATEST = """
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
"""

TELL_COHORTS = """
insert into cohort_results as known (
    organization_id, cohort_id, course_id, student_id, result_id, score, max_score, completed, result_date,
    recorded_at
)
select distinct cohort.organization_id, cohort.cohort_id, result.course_id, result.student_id, result.result_id,
    result.score, result.max_score, result.completed, result.result_date, result.recorded_at
from results as result
join cohort_courses as cohort on cohort.course_id = result.course_id
join enrollments as enrolled on enrolled.student_id = result.student_id
    and enrolled.organization_id = cohort.organization_id and enrolled.cohort_id = cohort.cohort_id
where {which}
on conflict (organization_id, cohort_id, result_id) do update set course_id = excluded.course_id,
    student_id = excluded.student_id, score = excluded.score, max_score = excluded.max_score,
    completed = excluded.completed, result_date = excluded.result_date, recorded_at = excluded.recorded_at
where (known.course_id, known.student_id, known.score, known.max_score, known.completed, known.result_date,
        known.recorded_at)
    is distinct from (excluded.course_id, excluded.student_id, excluded.score, excluded.max_score,
        excluded.completed, excluded.result_date, excluded.recorded_at)
returning known.organization_id
"""
"""Copy results to the cohorts whose student and course they are of; ``which`` says of what is new."""

_TELL = TELL_COHORTS.format(
    which="result.result_id in "
    "(select result_id from jsonb_to_recordset(cast(:facts as jsonb)) as fact (result_id uuid))"
)

PROJECTION: Projection = {programs.ResultRecorded: (_LATEST, _TELL)}
