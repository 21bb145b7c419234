"""What the money paid comes to for each student, completion, certificate and placement."""

from typing import Any

from sqlalchemy.orm import Session

from analytics.queries import baselines, money, organizations, people, placements
from analytics.queries import cells as rolled
from analytics.rules.periods import Period
from analytics.rules.rates import each, major
from analytics.rules.scope import Scope
from analytics.rules.steps import final, standing
from analytics.usecases.metrics.figures import Cell, Figures, Number, by_month, series


def roi_analysis(session: Session, scope: Scope, period: Period, group: str | None = None) -> Figures:
    """Of the money paid in the period. ``group`` is None, month or cohort."""
    last = len(period.months)
    paid = [now["paid"] for now in standing(money.paid(session, scope, period), last)]
    active = [now["people"] for now in standing(people.active(session, scope, period), last)]
    told = [_told(minor, number, scope) for minor, number in zip(paid, active, strict=True)]
    points = series(period, told)
    cells = by_month(points) if group == "month" else []
    if group == "cohort":
        cells = _by_cohort(session, scope, period)
    value, amount, number = told[-1]
    numbers = {"currency": scope.currency, "paid": amount, "active_students": number, "per_active_student": value}
    return Figures(value, numbers | _outcomes(session, scope, period, paid[-1]), points, cells)


def _told(minor: int, active: int, scope: Scope) -> tuple[Number, Number, Number]:
    """Value, money paid and active students."""
    return each(minor, scope.currency, active), major(minor, scope.currency), active


def _by_cohort(session: Session, scope: Scope, period: Period) -> list[Cell]:
    paid = money.paid_by_cohort(session, scope, period)
    active = {group: found["people"] for group, found in final(people.active_by_cohort(session, scope, period)).items()}
    return [
        Cell(key, cohort.name, *_told(paid.get(key, 0), active.get(key, 0), scope))
        for cohort in organizations.cohorts(session, scope)
        for key in [str(cohort.cohort_id)]
    ]


def _outcomes(session: Session, scope: Scope, period: Period, minor: int) -> dict[str, Any]:
    """Completions: of the period, whenever the enrolments began, and not withdrawn by its end."""
    completions = rolled.total(session, scope, period, "completion")
    placed = placements.number(session, scope, period)
    certificates = placements.certificates(session, scope, period)
    return {
        "completions": completions,
        "per_completion": each(minor, scope.currency, completions),
        "certificates": certificates,
        "per_certificate": each(minor, scope.currency, certificates),
        "placements": placed,
        "per_placement": each(minor, scope.currency, placed),
        "baseline": baselines.baseline(session, scope, period).told(scope.currency),
    }
