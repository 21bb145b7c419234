"""People, placements and certificates of several cohorts: cells cannot be added, one person may be in two of them.

Only a member whose role is narrowed to more than one cohort asks for it; it is counted from the facts of those.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.rules.periods import Period, month_of
from analytics.rules.scope import Scope
from analytics.rules.steps import Step

_PEOPLE = """
select {key} as "group", month.number as bucket, count(distinct student_id) as number
from unnest(cast(:ends as date[])) with ordinality as month (ends, number)
join enrolled_days on began_on < month.ends and (left_on is null or left_on >= month.ends)
    and (cast(:since as date) is null or began_on >= :since)
where organization_id = :organization and cohort_id = any (cast(:cohorts as uuid[]))
group by 1, 2
order by 1, 2
"""
_PERIOD = """
organization_id = :organization and cohort_id = any (cast(:cohorts as uuid[])) and {day} <= :last_day
    and (cast(:since as date) is null or {day} >= :since)
"""
_PLACEMENTS = text(f"""
select count(distinct placement_id) from cohort_placements where {_PERIOD.format(day="placed_on")}
""")  # noqa: S608 - our own words
_CERTIFICATES = text(f"""
select count(distinct activity_id) from cohort_activities where {_PERIOD.format(day="day")} and kind = 'certificate'
""")  # noqa: S608 - our own words
_SALARIES = text(f"""
select count(*) as number, coalesce(sum(salary_minor), 0) as total,
    percentile_disc(0.5) within group (order by salary_minor) as median
from (
    select distinct placement_id, salary_minor from cohort_placements
    where {_PERIOD.format(day="placed_on")} and salary_minor is not null and currency = :currency
) as placement
""")  # noqa: S608 - our own words


def are_several(scope: Scope) -> bool:
    """Whether figures of people must be counted here."""
    return scope.cohorts is not None and len(scope.cohorts) > 1


def people(session: Session, scope: Scope, period: Period, attribute: str = "", *, ever: bool = False) -> list[Step]:
    """People with an enrolment standing at the end of each month, as steps; by an attribute: in the end only."""
    ends = [*(month_of(month.at.astimezone(period.zone).date()) for month in period.months[1:]), _end(period)]
    asked = ends[-1:] if attribute else ends
    values = {**_values(scope, period), "ends": asked}
    if ever:
        values["since"] = None
    found = session.execute(text(_PEOPLE.format(key=attribute or "''")), values)
    steps: list[Step] = []
    levels: dict[str, int] = {}
    counted = {(row.group, row.bucket): row.number for row in found}
    for group in {group for group, _ in counted}:
        for bucket in range(1, len(asked) + 1):
            level = counted.get((group, bucket), 0)
            steps.append(Step(group, "people", bucket, level - levels.get(group, 0)))
            levels[group] = level
    return steps


def placements(session: Session, scope: Scope, period: Period) -> int:
    """Placements of the period."""
    return int(session.scalar(_PLACEMENTS, _values(scope, period)) or 0)


def certificates(session: Session, scope: Scope, period: Period) -> int:
    """Certificates earned in the period."""
    return int(session.scalar(_CERTIFICATES, _values(scope, period)) or 0)


def salaries(session: Session, scope: Scope, period: Period) -> Row[Any]:
    """First-year salaries in the organization's currency: count, total and median in minor units."""
    return session.execute(_SALARIES, {**_values(scope, period), "currency": scope.currency}).one()


def _end(period: Period) -> date:
    """The first day that no longer counts."""
    return date.max if period.running else period.last_day + timedelta(days=1)


def _values(scope: Scope, period: Period) -> dict[str, Any]:
    return {**scope.values, "since": period.since, "last_day": period.last_day}
