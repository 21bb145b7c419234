"""Placements of the students in scope."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.queries import IN_SCOPE
from analytics.rules.periods import Period
from analytics.rules.scope import Scope

_IN_PERIOD = f"""
{IN_SCOPE.format(table="cohort_placements")} and placed_on <= :last_day
    and (cast(:since as date) is null or placed_on >= :since)
"""
_GATHERED = """
select {group} as "group",
    width_bucket(cast(placed_on as timestamp) at time zone :zone, cast(:bounds as timestamptz[])) as bucket,
    count(distinct placement_id) as number
from cohort_placements where {where}
group by 1, 2
"""
_GROUP = {"all": "''", "cohort": "cast(cohort_id as text)"}
_SALARIES = text(f"""
select count(*) as number, coalesce(sum(salary_minor), 0) as total,
    percentile_disc(0.5) within group (order by salary_minor) as median
from (
    select distinct placement_id, salary_minor from cohort_placements
    where {_IN_PERIOD} and salary_minor is not null and currency = :currency
) as placement
""")  # noqa: S608 - our own words


def gathered(session: Session, scope: Scope, period: Period, group: str = "all") -> Sequence[Row[Any]]:
    """Placements of the period, by group (all, cohort) and bucket of time."""
    statement = _GATHERED.format(group=_GROUP[group], where=_IN_PERIOD)
    return session.execute(text(statement), _values(scope, period)).all()


def salaries(session: Session, scope: Scope, period: Period) -> Row[Any]:
    """First-year salaries in the organization's currency: count, total and median in minor units."""
    return session.execute(_SALARIES, {**_values(scope, period), "currency": scope.currency}).one()


def _values(scope: Scope, period: Period) -> dict[str, Any]:
    return {
        **scope.values,
        "bounds": period.bounds,
        "since": period.since,
        "last_day": period.last_day,
        "zone": period.zone.key,
    }
