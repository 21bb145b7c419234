"""Figures from the roll-ups: cells of whole months, less what a period leaves out of its first and last month.

One statement reads as many rows as there are months and groups, whatever the number of facts. A period that begins or
ends within a month also looks at the facts of that month (``queries.edges``).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.queries import edges
from analytics.rules.periods import Period, month_of
from analytics.rules.scope import Scope
from analytics.rules.steps import Step

WHOLE = UUID(int=0)
"""The cohort of cells that tell of the whole organization."""

DATED = frozenset(
    {"course", "placement", "salary", "salary_total", "salary_class", "certificate", "invoiced", "settled"}
)
"""Measures told with a day instead of a moment: what lies after today does not count yet."""

_GROUPS = {"": "''", "cohort": "cast(cohort_id as text)", "key": "key"}
_CELLS = """
select {group} as "group", measure, {bucket} as bucket, sum(number) as number
from cells
where organization_id = :organization and measure = any (cast(:measures as text[])) and dimension = :dimension
    and {scope} and {origin} and month <= :last_month and (cast(:key as text) is null or key = :key)
group by 1, 2, 3
"""
_BUCKET = """
cast(extract(year from month) * 12 + extract(month from month) - 1 as integer) - :first_number + 1
"""


def steps(
    session: Session, scope: Scope, period: Period, *measures: str, by: str = "", dimension: str = "all",
    monthly: bool = True, ever: bool = False, key: str | None = None,
) -> list[Step]:  # fmt: skip
    """Changes of these measures within the period, by nothing, cohort or key, and by month (else all in the last).

    ``key`` narrows to one. ``ever``: whatever the origin, also for a period with a first day.
    """
    since = None if ever else period.since
    until = None if period.running and not DATED.intersection(measures) else period.last_day
    asked = edges.Asked(scope, measures, dimension, since, until)
    values = {
        **asked.values,
        "since_month": None if since is None else month_of(since),
        "last_month": date.max if until is None else month_of(until),
        "first_number": _number(period.first_day),
        "last_bucket": len(period.months),
        "key": key,
    }
    origin = "origin = '-infinity'" if since is None else "origin >= :since_month"
    bucket = _BUCKET if monthly else ":last_bucket"
    statement = _CELLS.format(group=_GROUPS[by], bucket=bucket, scope=_scope(scope, by), origin=origin)
    # All at once: fetched one by one, thousands of cells would cost three times as much.
    found = session.execute(text(statement), values).all()
    told = [Step(group, measure, int(bucket), number) for group, measure, bucket, number in found]
    for row in edges.outside(session, asked, _scope(scope, by)):
        if key not in (None, row.key):
            continue
        group = {"": "", "cohort": str(row.cohort_id), "key": row.key}[by]
        told.append(Step(group, row.measure, _number(row.day) - _number(period.first_day) + 1, -row.number))
    return told


def total(session: Session, scope: Scope, period: Period, measure: str, *, ever: bool = False) -> int:
    """What one measure comes to at the end of the period."""
    return int(sum(step.number for step in steps(session, scope, period, measure, monthly=False, ever=ever)))


def sums(session: Session, scope: Scope, period: Period, *measures: str, **how: Any) -> Sequence[Step]:
    """The changes by group only."""
    return steps(session, scope, period, *measures, monthly=False, **how)


def _scope(scope: Scope, by: str) -> str:
    if scope.cohorts is not None:
        return "cohort_id = any (cast(:cohorts as uuid[]))"
    whole = f"uuid '{WHOLE}'"
    return f"cohort_id <> {whole}" if by == "cohort" else f"cohort_id = {whole}"


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1
