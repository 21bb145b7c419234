"""Courses, cohorts, and the courses of a cohort."""

from analytics.models import activities, sponsored
from analytics.models.projection import Projection
from analytics.models.results import TELL_OF_COHORTS
from contracts.events import programs

_COURSE = """
insert into courses (course_id, organization_id, title, subject_area, grade_level)
select course_id, organization_id, title, subject_area, grade_level
from jsonb_to_recordset(cast(:facts as jsonb))
    as fact (course_id uuid, organization_id uuid, title text, subject_area text, grade_level text)
on conflict {conflict}
"""
_COURSE_SNAPSHOT = """(course_id) do update set title = excluded.title, subject_area = excluded.subject_area,
    grade_level = excluded.grade_level"""
# The title is shown by every organization that has a cohort taking the course.
_TELL_OF_TITLES = """
select distinct taken.organization_id
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (course_id uuid)
join cohort_courses as taken on taken.course_id = fact.course_id
"""
_COHORT = """
with fact as (
    select * from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
        organization_id uuid, cohort_id uuid, name text, kind text, seats bigint, start_date date, end_date date,
        course_ids uuid[]
    )
), cohort as (
    insert into cohorts (organization_id, cohort_id, name, kind, seats, start_date, end_date)
    select organization_id, cohort_id, name, kind, seats, start_date, end_date from fact
    {conflict}
    returning organization_id, cohort_id
){more}
insert into cohort_courses (organization_id, cohort_id, course_id, ordinal)
select organization_id, cohort_id, course_id, min(ordinal)
from cohort join fact using (organization_id, cohort_id)
    cross join unnest(fact.course_ids) with ordinality as listed (course_id, ordinal)
group by organization_id, cohort_id, course_id
on conflict (organization_id, cohort_id, course_id) do update set ordinal = excluded.ordinal
"""
_SNAPSHOT = """on conflict (cohort_id) do update set name = excluded.name, kind = excluded.kind,
        seats = excluded.seats, start_date = excluded.start_date, end_date = excluded.end_date"""
_DROP_COURSES = """, dropped as (
    delete from cohort_courses using fact
    where cohort_courses.organization_id = fact.organization_id and cohort_courses.cohort_id = fact.cohort_id
        and not cohort_courses.course_id = any (fact.course_ids)
)"""
_DROP_RESULTS = """
delete from cohort_results using jsonb_to_recordset(cast(:facts as jsonb))
    as fact (organization_id uuid, cohort_id uuid, course_ids uuid[])
where cohort_results.organization_id = fact.organization_id and cohort_results.cohort_id = fact.cohort_id
    and not cohort_results.course_id = any (fact.course_ids)
"""

_TELL = (TELL_OF_COHORTS, activities.TELL_OF_COHORTS)

PROJECTION: Projection = {
    programs.CourseCreated: (_COURSE.format(conflict="do nothing"), _TELL_OF_TITLES, *sponsored.TELL_OF_TITLES),
    programs.CourseUpdated: (_COURSE.format(conflict=_COURSE_SNAPSHOT), _TELL_OF_TITLES, *sponsored.TELL_OF_TITLES),
    programs.CohortCreated: (_COHORT.format(conflict="on conflict do nothing", more=""), *_TELL),
    programs.CohortUpdated: (_COHORT.format(conflict=_SNAPSHOT, more=_DROP_COURSES), _DROP_RESULTS, *_TELL),
}
