"""Enrolments, gathered by what they are grouped by and by when they began, were completed and were left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.queries import IN_SCOPE
from analytics.rules.completion import Enrolled
from analytics.rules.periods import Period
from analytics.rules.scope import Scope

_IN_SCOPE = IN_SCOPE.format(table="enrollments")
_STUDENT = "left join students using (organization_id, student_id)"
_GROUP: Mapping[str, tuple[str, str]] = {
    "all": ("''", ""),
    "cohort": ("cast(enrollments.cohort_id as text)", ""),
    "school": ("coalesce(students.school, '')", _STUDENT),
    "grade_level": ("coalesce(students.grade_level, '')", _STUDENT),
}
_BOUNDS = "cast(:bounds as timestamptz[])"
_GATHERED = """
select {group} as "group", width_bucket(began_at, {bounds}) as began, width_bucket(done_at, {bounds}) as done,
    width_bucket(left_at, {bounds}) as gone, {placed} as placed, count(*) as number
from enrollments {join}
where {scope} and began_at < :horizon
group by 1, 2, 3, 4, 5
"""
_PLACED = "width_bucket(cast(placed.placed_on as timestamp) at time zone :zone, cast(:bounds as timestamptz[]))"
_FIRST_PLACEMENT = """left join (
    select organization_id, cohort_id, student_id, min(placed_on) as placed_on from cohort_placements
    where organization_id = :organization group by organization_id, cohort_id, student_id
) as placed using (organization_id, cohort_id, student_id)"""
_COUNTED = """
began_at < :horizon and (left_at is null or left_at >= :horizon)
    and (cast(:starts_at as timestamptz) is null or began_at >= :starts_at)
"""
_PEOPLE = """
select {group} as "group", count(distinct student_id) as people,
    case when count(distinct student_id) < :small then array_agg(distinct student_id) end as students
from enrollments {join}
where {scope} and {counted}
group by 1
"""
_BY_COURSE = text(f"""
with enrolled as (
    select cohort_id, count(*) as number from enrollments where {_IN_SCOPE} and {_COUNTED} group by cohort_id
), done as (
    select result.course_id, count(*) as number
    from (
        select distinct organization_id, cohort_id, course_id, student_id from cohort_results
        where {IN_SCOPE.format(table="cohort_results")} and completed and result_date <= :last_day
    ) as result
    join enrollments using (organization_id, cohort_id, student_id)
    where {_IN_SCOPE} and {_COUNTED}
    group by result.course_id
), taken as (
    select course_id, sum(coalesce(enrolled.number, 0)) as number
    from cohort_courses join enrolled using (cohort_id)
    where {IN_SCOPE.format(table="cohort_courses")}
    group by course_id
)
select course_id, cast(taken.number as bigint) as enrolled, coalesce(done.number, 0) as completed
from taken left join done using (course_id)
""")  # noqa: S608 - our own words
_STUDENTS = """
select "group", began, gone, count(*) as number
from (
    select {group} as "group", student_id, width_bucket(min(began_at), {bounds}) as began,
        case when bool_and(left_at is not null) then width_bucket(max(left_at), {bounds}) end as gone
    from enrollments where {scope} and began_at < :horizon
    group by 1, 2
) as student
group by 1, 2, 3
"""


def gathered(session: Session, scope: Scope, period: Period, group: str = "all") -> list[Enrolled]:
    """Enrolments in scope by ``group``: all, cohort, school or grade_level."""
    return _gathered(session, scope, period, group, placed="cast(null as integer)", join="")


def gathered_with_placements(session: Session, scope: Scope, period: Period, group: str) -> list[Enrolled]:
    """The same, and when the student was first placed."""
    return _gathered(session, scope, period, group, placed=_PLACED, join=_FIRST_PLACEMENT)


def _gathered(session: Session, scope: Scope, period: Period, group: str, *, placed: str, join: str) -> list[Enrolled]:
    expression, student = _GROUP[group]
    statement = _GATHERED.format(
        group=expression, bounds=_BOUNDS, placed=placed, join=f"{student} {join}", scope=_IN_SCOPE
    )
    rows = session.execute(text(statement), _values(scope, period))
    return [Enrolled(row.group, row.began, row.done, row.gone, row.number, row.placed) for row in rows]


def people(session: Session, scope: Scope, period: Period, group: str, small: int) -> Sequence[Row[Any]]:
    """How many people each group of the period has, and who, where they are fewer than ``small``."""
    expression, join = _GROUP[group]
    statement = _PEOPLE.format(group=expression, join=join, scope=_IN_SCOPE, counted=_COUNTED)
    return session.execute(text(statement), {**_values(scope, period), "small": small}).all()


def by_course(session: Session, scope: Scope, period: Period) -> Sequence[Row[Any]]:
    """Course to enrolments of the period in a cohort that takes it, and how many of them have completed it."""
    return session.execute(_BY_COURSE, _values(scope, period)).all()


def students(session: Session, scope: Scope, period: Period, group: str = "all") -> list[Enrolled]:
    """People (not enrolments): when their first enrolment began, and when they left the last, if they left all."""
    statement = _STUDENTS.format(group=_GROUP[group][0], bounds=_BOUNDS, scope=_IN_SCOPE)
    rows = session.execute(text(statement), _values(scope, period))
    return [Enrolled(row.group, row.began, None, row.gone, row.number) for row in rows]


def _values(scope: Scope, period: Period) -> dict[str, Any]:
    bounds: list[datetime] = period.bounds
    return {
        **scope.values,
        "bounds": bounds,
        "horizon": period.horizon,
        "starts_at": period.starts_at,
        "last_day": period.last_day,
        "zone": period.zone.key,
    }
