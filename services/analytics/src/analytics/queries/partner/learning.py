"""What sponsored students learned."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.queries.partner.sources import DAYS, LIVE, MOMENTS, PAIRS, RESULTS, values
from analytics.rules.partner.learning import Standing
from analytics.rules.periods import Period
from analytics.rules.scope import Scope

_AMONG = "(cast(:students as uuid[]) is null or {0}.student_id = any (cast(:students as uuid[])))"
_SUBJECT = """(cast(:subject as text) is null or lower((
    select subject_area from courses where courses.course_id = {0}.course_id
)) = lower(:subject))"""
_STANDINGS = text(f"""{PAIRS}, counted as (
    select student_id, count(*) as begun, count(*) filter (where completed) as completed, count(scores) as scored,
        coalesce(sum(scores[number]), 0) as latest, count(*) filter (where number > 1) as repeated,
        coalesce(sum(scores[number] - scores[1]) filter (where number > 1), 0) as gain
    from pairs where {_SUBJECT.format("pairs")} group by student_id
)
select student_id, coalesce(begun, 0), coalesce(completed, 0), coalesce(scored, 0), coalesce(latest, 0),
    coalesce(repeated, 0), coalesce(gain, 0)
from (select distinct student_id from live) as sponsored left join counted using (student_id)
where {_AMONG.format("sponsored")} and (cast(:subject as text) is null or begun is not null)
order by student_id
""")  # noqa: S608 - our own words, as below
_SUBJECTS = text(f"""{PAIRS}
select course.subject_area as subject, count(*) as begun, count(*) filter (where completed) as completed,
    count(scores) as scored, coalesce(sum(scores[number]), 0) as latest,
    case when count(distinct pairs.student_id) filter (where scores is not null) < :small
        then array_agg(distinct pairs.student_id) filter (where scores is not null) end as students
from pairs left join courses as course on course.course_id = pairs.course_id
where {_AMONG.format("pairs")} and {_SUBJECT.format("pairs")}
group by course.subject_area order by course.subject_area nulls last
""")  # noqa: S608
_MONTHS = text(f"""{LIVE}, told as (
    select distinct known.student_id, known.result_id, known.points, known.result_date
    from live {RESULTS} and known.points is not null and {_AMONG.format("known")} and {_SUBJECT.format("known")}
)
select to_char(result_date, 'YYYY-MM') as month, count(*) as scored, sum(points) as latest,
    case when count(distinct student_id) < :small then array_agg(distinct student_id) end as students
from told group by 1 order by 1
""")  # noqa: S608
_COUNTS = text(f"""{LIVE}
select (select count(distinct known.activity_id) from live {DAYS} and known.kind = 'certificate') as certificates,
    (select count(distinct known.activity_id) from live {MOMENTS} and known.kind = 'session' and known.minutes > 0)
        as sessions
""")  # noqa: S608
_COURSES = text(f"""{LIVE}
select count(*) from (
    select unnest(course_ids) as course_id from live
    union select known.course_id from live {RESULTS}
    union select known.course_id from live {MOMENTS} and known.kind = 'progress'
) as course
""")  # noqa: S608
# A grade counts when it is higher than one that the same organization told before, and no correction took it back.
_ADVANCED = text(f"""{LIVE}, graded as (
    select student_id, told_at, number, min(number) over earlier as lowest, last_value(number) over every as now
    from sponsored_grades where organization_id = :organization and number is not null
    window earlier as (partition by student_id, teller_id order by told_at rows between unbounded preceding
        and 1 preceding), every as (partition by student_id, teller_id order by told_at rows between unbounded preceding
        and unbounded following)
)
select count(*) as known, count(*) filter (where advanced) as advanced
from (
    select graded.student_id, bool_or(
        number > lowest and number <= now and told_at < :horizon
            and (cast(:starts_at as timestamptz) is null or told_at >= :starts_at)
            and told_at >= cast(live.starts_on as timestamp) at time zone :zone
    ) as advanced
    from graded join live on live.student_id = graded.student_id group by graded.student_id
) as told
""")  # noqa: S608


def standings(
    session: Session, scope: Scope, period: Period, *, students: Collection[UUID] | None = None,
    subject: str | None = None,
) -> list[Standing]:  # fmt: skip
    """Every sponsored student, or those of these, with what their covered courses (of a subject) come to."""
    asked = {**values(scope, period), "students": None if students is None else list(students), "subject": subject}
    return [Standing(row[0], *map(int, row[1:])) for row in session.execute(_STANDINGS, asked).all()]


def subjects(session: Session, scope: Scope, period: Period, **asked: Any) -> Sequence[Row[Any]]:
    """By subject area, and who is counted where they are fewer than ``small``."""
    return session.execute(_SUBJECTS, {**values(scope, period), **asked}).all()


def months(session: Session, scope: Scope, period: Period, **asked: Any) -> Sequence[Row[Any]]:
    """Scores by month, and of whom they are where they are fewer than ``small``."""
    return session.execute(_MONTHS, {**values(scope, period), **asked}).all()


def counts(session: Session, scope: Scope, period: Period) -> Row[Any]:
    """Certificates earned and mentor sessions held."""
    return session.execute(_COUNTS, values(scope, period)).one()


def courses_funded(session: Session, scope: Scope, period: Period) -> int:
    """Different courses named or begun."""
    return int(session.scalar(_COURSES, values(scope, period)) or 0)


def advanced(session: Session, scope: Scope, period: Period) -> int | None:
    """Students who came into a higher grade; None when no grade is known."""
    row = session.execute(_ADVANCED, values(scope, period)).one()
    return row.advanced if row.known else None
