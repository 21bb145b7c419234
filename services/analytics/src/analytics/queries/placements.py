"""Placements and certificates of the students in scope, and what the placed earn."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.queries import cells, plan_for_groups, plan_for_rows, several
from analytics.rules.periods import Period
from analytics.rules.scope import Scope

# The salaries of one class, the smallest first, and of these the one asked for.
_NTH = """
select salary_minor from (
    select distinct placement_id, salary_minor from cohort_placements
    where organization_id = :organization and currency = :currency and salary_class = :class
        and placed_on <= :last_day and (cast(:since as date) is null or placed_on >= :since) and {scope}
) as placement
order by salary_minor offset :skip limit 1
"""


@dataclass(frozen=True)
class Salaries:
    """First-year salaries in minor units of one currency."""

    number: int
    total: int
    median: int | None


def number(session: Session, scope: Scope, period: Period) -> int:
    """Placements of the period."""
    if several.are_several(scope):
        return several.placements(session, scope, period)
    return cells.total(session, scope, period, "placement")


def certificates(session: Session, scope: Scope, period: Period) -> int:
    """Certificates earned in the period."""
    if several.are_several(scope):
        return several.certificates(session, scope, period)
    return cells.total(session, scope, period, "certificate")


def salaries(session: Session, scope: Scope, period: Period) -> Salaries:
    """Salaries of the period's placements in the organization's currency."""
    if several.are_several(scope):
        row = several.salaries(session, scope, period)
        return Salaries(row.number, int(row.total), row.median)
    found = cells.sums(session, scope, period, "salary", "salary_total", by="key")
    told = dict.fromkeys(("salary", "salary_total"), 0)
    for step in found:
        if step.group == scope.currency:
            told[step.measure] += int(step.number)
    count, total = told["salary"], told["salary_total"]
    return Salaries(count, total, _median(session, scope, period, count) if count else None)


def _median(session: Session, scope: Scope, period: Period, count: int) -> int | None:
    """The lower one of an even number: found by counting classes, then looking into one of them."""
    classes: dict[int, int] = {}
    for step in cells.sums(session, scope, period, "salary_class", by="key"):
        currency, _, name = step.group.rpartition(" ")
        if currency == scope.currency:
            classes[int(name)] = classes.get(int(name), 0) + int(step.number)
    before = 0
    for salary_class in sorted(classes):
        if before + classes[salary_class] >= (count + 1) // 2:
            return _nth(session, scope, period, salary_class, (count + 1) // 2 - before - 1)
        before += classes[salary_class]
    return None


def _nth(session: Session, scope: Scope, period: Period, salary_class: int, skip: int) -> int | None:
    narrowed = "true" if scope.cohorts is None else "cohort_id = any (cast(:cohorts as uuid[]))"
    values: dict[str, Any] = {**scope.values, "currency": scope.currency, "class": salary_class, "skip": skip}
    values |= {"since": period.since, "last_day": period.last_day}
    plan_for_rows(session)
    found: int | None = session.scalar(text(_NTH.format(scope=narrowed)), values)
    plan_for_groups(session)
    return found
