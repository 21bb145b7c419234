"""Placed of completed, and what the placed earn."""

from collections import defaultdict
from typing import Any

from sqlalchemy.orm import Session

from analytics.queries import enrollments, organizations, placements
from analytics.rules.completion import Completion, Enrolled, completion
from analytics.rules.definitions import SMALL_GROUP
from analytics.rules.periods import Period
from analytics.rules.rates import each, major
from analytics.rules.scope import Scope
from analytics.usecases.metrics.figures import Cell, Figures, by_month, series


def placement_metrics(session: Session, scope: Scope, period: Period, group: str | None = None) -> Figures:
    """Of the completed enrolments that began in the period. ``group`` is None, month or cohort."""
    by = "cohort" if group == "cohort" else "all"
    gathered = enrollments.gathered_with_placements(session, scope, period, by)
    first = 0 if period.since is None else 1
    states = [completion(gathered, number, first=first) for number in range(1, len(period.months) + 1)]
    points = series(period, [(s.placement_rate, s.placed, s.completed) for s in states])
    cells = by_month(points) if group == "month" else []
    if group == "cohort":
        groups: dict[str, list[Enrolled]] = defaultdict(list)
        for found in gathered:
            groups[found.group].append(found)
        last = len(period.months)
        cells = [
            _cell(str(c.cohort_id), c.name, completion(groups[str(c.cohort_id)], last, first=first))
            for c in organizations.cohorts(session, scope)
        ]
    numbers = {
        "completed": states[-1].completed,
        "placed": states[-1].placed,
        "salaries": _salaries(session, scope, period),
    }
    return Figures(states[-1].placement_rate, numbers, points, cells)


def _cell(group: str, label: str, state: Completion) -> Cell:
    return Cell(group, label, state.placement_rate, state.placed, state.completed)


def _salaries(session: Session, scope: Scope, period: Period) -> dict[str, Any]:
    """Mean and median, unless so few earn them that somebody's own would show."""
    found = placements.salaries(session, scope, period)
    withheld = 0 < found.number < SMALL_GROUP
    told = found.number and not withheld
    return {
        "count": found.number,
        "currency": scope.currency,
        "mean": each(int(found.total), scope.currency, found.number) if told else None,
        "median": major(int(found.median), scope.currency) if told else None,
        "withheld": withheld,
    }
