"""Placed of completed, and what the placed earn."""

from typing import Any

from sqlalchemy.orm import Session

from analytics.queries import cells as rolled
from analytics.queries import organizations, placements
from analytics.rules.completion import Completion, completion
from analytics.rules.periods import Period
from analytics.rules.rates import each, major
from analytics.rules.scope import Scope
from analytics.rules.steps import final, standing
from analytics.usecases.metrics.figures import Cell, Figures, by_month, series
from contracts.small_groups import SMALL_GROUP

_MEASURES = ("enrolled", "completed", "placed")


def placement_metrics(session: Session, scope: Scope, period: Period, group: str | None = None) -> Figures:
    """Of the completed enrolments that began in the period. ``group`` is None, month or cohort."""
    steps = rolled.steps(session, scope, period, *_MEASURES)
    states = [completion(now) for now in standing(steps, len(period.months))]
    points = series(period, [(s.placement_rate, s.placed, s.completed) for s in states])
    cells = by_month(points) if group == "month" else []
    if group == "cohort":
        cells = _by_cohort(session, scope, period)
    numbers = {
        "completed": states[-1].completed,
        "placed": states[-1].placed,
        "salaries": _salaries(session, scope, period),
    }
    return Figures(states[-1].placement_rate, numbers, points, cells)


def _by_cohort(session: Session, scope: Scope, period: Period) -> list[Cell]:
    found = final(rolled.sums(session, scope, period, *_MEASURES, by="cohort"))
    states = {group: completion(measures) for group, measures in found.items()}
    nobody = Completion(0, 0)
    return [
        _cell(str(c.cohort_id), c.name, states.get(str(c.cohort_id), nobody))
        for c in organizations.cohorts(session, scope)
    ]


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
        "mean": each(found.total, scope.currency, found.number) if told else None,
        "median": major(int(found.median or 0), scope.currency) if told else None,
        "withheld": withheld,
    }
