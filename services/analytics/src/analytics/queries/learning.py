"""Results of a cohort's students in its courses."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.rules.at_risk import Learner, Score
from analytics.rules.periods import Period
from analytics.rules.scope import Scope

_STAYING = """
select student_id from enrollments
where organization_id = :organization and cohort_id = any (cast(:cohorts as uuid[])) and began_at < :horizon
    and (left_at is null or left_at >= :horizon)
"""
_LATEST = f"""
select distinct on (course_id, student_id) course_id, student_id, score, max_score
from cohort_results
where organization_id = :organization and cohort_id = any (cast(:cohorts as uuid[])) and score is not null
    and result_date <= :last_day and (cast(:since as date) is null or result_date >= :since)
    and student_id in ({_STAYING})
order by course_id, student_id, result_date desc, recorded_at desc, result_id
"""  # noqa: S608 - our own words
_MEANS = text(f"""
select course_id, count(*) as people, sum(score) as total, max(max_score) as max_score,
    case when count(*) < :small then array_agg(student_id) end as students
from ({_LATEST}) as latest group by course_id
""")  # noqa: S608 - our own words
# The first and the last course of each subject area, in the order in which the cohort takes them.
_GAINS = text(f"""
with latest as ({_LATEST}), ends as (
    select course.subject_area, (array_agg(course.course_id order by taken.ordinal))[1] as first_course,
        (array_agg(course.course_id order by taken.ordinal desc))[1] as last_course
    from cohort_courses as taken join courses as course on course.course_id = taken.course_id
    where taken.organization_id = :organization and taken.cohort_id = any (cast(:cohorts as uuid[]))
        and course.subject_area is not null
    group by course.subject_area having count(*) > 1
)
select subject_area, first_course, last_course, count(*) as people, sum(after.score - before.score) as total,
    case when count(*) < :small then array_agg(before.student_id) end as students
from ends
join latest as before on before.course_id = ends.first_course
join latest as after on after.course_id = ends.last_course and after.student_id = before.student_id
group by subject_area, first_course, last_course
order by subject_area
""")  # noqa: S608 - our own words
_LEARNERS = text("""
select enrolled.student_id, cast(enrolled.began_at at time zone :zone as date) as enrolled_on,
    (select max(result_date) from cohort_results as result
        where result.organization_id = enrolled.organization_id and result.cohort_id = enrolled.cohort_id
            and result.student_id = enrolled.student_id and result_date <= :last_day) as last_result_on,
    (select max(cast(happened_at at time zone :zone as date)) from cohort_activities as activity
        where activity.organization_id = enrolled.organization_id and activity.cohort_id = enrolled.cohort_id
            and activity.student_id = enrolled.student_id and activity.kind in ('progress', 'session', 'lab')
            and (activity.minutes is null or activity.minutes > 0) and happened_at < :horizon) as last_activity_on
from enrollments as enrolled
where organization_id = :organization and cohort_id = any (cast(:cohorts as uuid[])) and began_at < :horizon
    and (left_at is null or left_at >= :horizon) and (done_at is null or done_at >= :horizon)
""")
_SCORES = text(f"""
select course_id, student_id, max(score) filter (where age = 1) as latest, max(score) filter (where age = 2) as previous
from (
    select course_id, student_id, score, row_number() over (
        partition by course_id, student_id order by result_date desc, recorded_at desc, result_id
    ) as age
    from cohort_results
    where organization_id = :organization and cohort_id = any (cast(:cohorts as uuid[])) and score is not null
        and result_date <= :last_day and student_id in ({_STAYING})
) as aged
where age <= 2
group by course_id, student_id
""")  # noqa: S608 - our own words
_NAMES = text("""
select subject_id, name from names
where organization_id = :organization and subject_id = any (cast(:students as uuid[]))
""")


def means(session: Session, scope: Scope, period: Period, small: int) -> Sequence[Row[Any]]:
    """Course to its students' latest scores, and who they are where they are fewer than ``small``."""
    return session.execute(_MEANS, {**_values(scope, period), "small": small}).all()


def gains(session: Session, scope: Scope, period: Period, small: int) -> Sequence[Row[Any]]:
    """Subject area to what its students gained from its first course to its last, and who, where they are few."""
    return session.execute(_GAINS, {**_values(scope, period), "small": small}).all()


def learners(session: Session, scope: Scope, period: Period) -> list[Learner]:
    """Enrolments of the cohort that are neither completed nor withdrawn."""
    rows = session.execute(_LEARNERS, _values(scope, period)).all()
    return [Learner(row.student_id, row.enrolled_on, row.last_result_on, row.last_activity_on) for row in rows]


def scores(session: Session, scope: Scope, period: Period) -> list[Score]:
    """The latest score and the one before it, for each student and course of the cohort."""
    rows = session.execute(_SCORES, _values(scope, period)).all()
    return [Score(row.student_id, row.course_id, row.latest, row.previous) for row in rows]


def names(session: Session, organization_id: UUID, students: Iterable[UUID]) -> dict[UUID, str]:
    """The names the organization knows, for those who may be named."""
    rows = session.execute(_NAMES, {"organization": organization_id, "students": list(students)})
    return {row.subject_id: row.name for row in rows}


def _values(scope: Scope, period: Period) -> dict[str, Any]:
    return {
        **scope.values,
        "horizon": period.horizon,
        "since": period.since,
        "last_day": period.last_day,
        "zone": period.zone.key,
    }
