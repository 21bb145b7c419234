"""Seats held of seats purchased."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from analytics.queries import organizations
from analytics.queries import seats as queries
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.rules.seats import Seating, Seats
from analytics.usecases.metrics.figures import Cell, Figures, by_month, series, since_first_part


def seat_utilization(session: Session, scope: Scope, period: Period, group: str | None = None) -> Figures:
    """At the end of the period. ``group`` is None, month or cohort."""
    cohorts = organizations.cohorts(session, scope)
    grants, held = queries.grants(session, scope), queries.held(session, scope, period.bounds)
    seatings = [Seating(grants, held, at=month.at, bucket=number) for number, month in enumerate(period.months, 1)]
    cap = sum(cohort.seats for cohort in cohorts)
    states = [_seats(seating, scope, cap) for seating in seatings]
    now = states[-1]
    points = series(period, [(each.utilization, each.assigned, each.purchased) for each in states])
    if scope.cohorts is not None:
        points = since_first_part(period, points)
    cells = by_month(points) if group == "month" else []
    if group == "cohort":
        cells = [_cell(str(c.cohort_id), c.name, seatings[-1].of_cohorts({c.cohort_id}, c.seats)) for c in cohorts]
    return Figures(now.utilization, {**asdict(now), "available": now.available}, points, cells)


def _seats(seating: Seating, scope: Scope, cap: int) -> Seats:
    return seating.of_organization() if scope.cohorts is None else seating.of_cohorts(scope.cohorts, cap)


def _cell(group: str, label: str, seats: Seats) -> Cell:
    return Cell(group, label, seats.utilization, seats.assigned, seats.purchased)
