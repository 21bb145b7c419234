"""What is shown of single sponsored students, and who has which grade or lives where."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.queries.partner.sources import LIVE, MOMENTS, RESULTS, values
from analytics.rules.periods import Period
from analytics.rules.scope import Scope

# Only for the students of a page: first they, then what is theirs.
_SHOWN = text(f"""{LIVE.replace("live as", "every_live as")}, live as materialized (
    select * from every_live where student_id = any (cast(:students as uuid[]))
), taken as (
    select student_id, count(*) as courses from (
        select student_id, unnest(course_ids) from live
        union select known.student_id, known.course_id from live {RESULTS}
        union select known.student_id, known.course_id from live {MOMENTS} and known.kind = 'progress'
    ) as course group by student_id
), results as (
    select known.student_id, cast(max(known.result_date) as timestamp) at time zone 'UTC' as last_at
    from live {RESULTS} group by known.student_id
), moments as (
    select known.student_id, max(known.happened_at) as last_at,
        count(distinct known.activity_id) filter (where known.kind = 'session') as sessions
    from live {MOMENTS} and known.kind in ('progress', 'session', 'lab')
        and (known.minutes is null or known.minutes > 0)
    group by known.student_id
), kinds as (
    select student_id, (array_agg(kind order by created_at desc nulls last, source_id))[1] as kind
    from live group by student_id
)
select kinds.student_id, kinds.kind, student.county, grade_number(student.grade_level) as grade_level,
    coalesce(taken.courses, 0) as courses, coalesce(moments.sessions, 0) as sessions,
    greatest(results.last_at, moments.last_at) as last_active
from kinds
left join taken on taken.student_id = kinds.student_id
left join results on results.student_id = kinds.student_id
left join moments on moments.student_id = kinds.student_id
left join students as student on student.organization_id = :organization and student.student_id = kinds.student_id
""")  # noqa: S608 - our own words
_FOUND = text(f"""{LIVE}
select distinct student.student_id
from live
join students as student on student.organization_id = :organization and student.student_id = live.student_id
where (cast(:county as text) is null or lower(btrim(student.county)) = lower(btrim(:county)))
    and (cast(:grade as integer) is null or grade_number(student.grade_level) = :grade)
""")  # noqa: S608
_GRADES = text(f"""{LIVE}
select coalesce(cast(grade_number(student.grade_level) as text), '') as grade,
    array_agg(distinct live.student_id) as students
from live
left join students as student on student.organization_id = :organization and student.student_id = live.student_id
group by 1
""")  # noqa: S608


def shown(session: Session, scope: Scope, period: Period, students: Sequence[UUID]) -> Mapping[UUID, Row[Any]]:
    """Details of these students."""
    rows = session.execute(_SHOWN, {**values(scope, period), "students": list(students)})
    return {row.student_id: row for row in rows}


def found(
    session: Session, scope: Scope, period: Period, *, county: str | None = None, grade: int | None = None
) -> Collection[UUID]:
    """Sponsored students of this county and grade, whether or not they may be named."""
    asked = {**values(scope, period), "county": county, "grade": grade}
    return set(session.scalars(_FOUND, asked))


def by_grade(session: Session, scope: Scope, period: Period) -> Mapping[str, Sequence[UUID]]:
    """Sponsored students by grade; empty for who has none that is a number."""
    return {row.grade: row.students for row in session.execute(_GRADES, values(scope, period))}
