"""Completed of enrolled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from analytics.queries import courses, enrollments, organizations
from analytics.rules.completion import Completion, Enrolled, completion
from analytics.rules.definitions import SMALL_GROUP
from analytics.rules.periods import Period
from analytics.rules.rates import rate
from analytics.rules.scope import Scope
from analytics.rules.small_groups import Group, withheld
from analytics.usecases.metrics.consents import Consents
from analytics.usecases.metrics.figures import NOT_KNOWN, Cell, Figures, by_month, series

_BY_ATTRIBUTE = ("school", "grade_level")


def completion_rates(session: Session, scope: Scope, period: Period, group: str | None, consents: Consents) -> Figures:
    """Of the enrolments that began in the period. ``group`` is None or one the definition lists."""
    by = group if group in ("cohort", *_BY_ATTRIBUTE) else "all"
    gathered = enrollments.gathered(session, scope, period, by)
    first = 0 if period.since is None else 1
    states = [completion(gathered, number, first=first) for number in range(1, len(period.months) + 1)]
    points = series(period, [(each.rate, each.completed, each.enrolled) for each in states])
    if group == "month":
        cells = by_month(points)
    elif group == "course":
        cells = by_course(session, scope, period)
    elif group == "cohort":
        cells = _by_cohort(session, scope, _final(gathered, period))
    elif group is not None:
        people = enrollments.people(session, scope, period, group, SMALL_GROUP)
        cells = _protected(_by_attribute(_final(gathered, period)), people, consents)
    else:
        cells = []
    numbers = {"enrolled": states[-1].enrolled, "completed": states[-1].completed}
    return Figures(states[-1].rate, numbers, points, cells)


def _by_cohort(session: Session, scope: Scope, states: Mapping[str, Completion]) -> list[Cell]:
    nobody = Completion(0, 0)
    found = organizations.cohorts(session, scope)
    return [_cell(str(c.cohort_id), c.name, states.get(str(c.cohort_id), nobody)) for c in found]


def _by_attribute(states: Mapping[str, Completion]) -> list[Cell]:
    return [_cell(key, key or NOT_KNOWN, state) for key, state in sorted(states.items()) if state.enrolled]


def by_course(session: Session, scope: Scope, period: Period) -> list[Cell]:
    """A cell for each course that a cohort in scope takes, by title."""
    rows = enrollments.by_course(session, scope, period)
    titles = courses.titles(session, [row.course_id for row in rows])
    cells = [
        Cell(
            group=str(row.course_id),
            label=titles.get(row.course_id, NOT_KNOWN),
            value=rate(row.completed, row.enrolled),
            numerator=row.completed,
            denominator=row.enrolled,
        )
        for row in rows
    ]
    return sorted(cells, key=lambda cell: (cell.label, cell.group))


def _final(gathered: Sequence[Enrolled], period: Period) -> dict[str, Completion]:
    groups: dict[str, list[Enrolled]] = defaultdict(list)
    for each in gathered:
        groups[each.group].append(each)
    first = 0 if period.since is None else 1
    return {key: completion(found, len(period.months), first=first) for key, found in groups.items()}


def _cell(group: str, label: str, state: Completion) -> Cell:
    return Cell(group, label, state.rate, state.completed, state.enrolled)


def _protected(cells: Sequence[Cell], people: Sequence[Row[Any]], consents: Consents) -> list[Cell]:
    few: dict[str, list[UUID]] = {row.group: row.students for row in people if row.students}
    agreed = consents({student for students in few.values() for student in students})
    groups = [
        Group(row.group, row.people, row.students is not None and agreed.issuperset(row.students)) for row in people
    ]
    hidden = withheld(groups)
    return [cell.hide() if cell.group in hidden else cell for cell in cells]
