"""Seats held of seats purchased."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.queries import organizations
from analytics.queries import seats as queries
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.rules.seats import Grant, Held, Seats, held_by_cohort, of_cohorts, of_organization
from analytics.usecases.metrics.figures import Cell, Figures, by_month, series, since_first_part


@dataclass(frozen=True)
class _Book:
    """Everything about an organization's seats that a figure may need."""

    grants: Sequence[Grant]
    held: Sequence[Held]
    caps: dict[UUID, int]

    def seats(self, scope: Scope, at: datetime, bucket: int) -> Seats:
        held: Counter[UUID] = held_by_cohort(self.held, bucket)
        if scope.cohorts is None:
            return of_organization(self.grants, held, at)
        cap = sum(self.caps.get(cohort, 0) for cohort in scope.cohorts)
        return of_cohorts(self.grants, held, at, scope.cohorts, cap)


def seat_utilization(session: Session, scope: Scope, period: Period, group: str | None = None) -> Figures:
    """At the end of the period. ``group`` is None, month or cohort."""
    cohorts = organizations.cohorts(session, scope)
    caps = {cohort.cohort_id: cohort.seats for cohort in cohorts}
    book = _Book(queries.grants(session, scope), queries.held(session, scope, period.bounds), caps)
    states = [book.seats(scope, month.at, number) for number, month in enumerate(period.months, 1)]
    now = states[-1]
    points = series(period, [(each.utilization, each.assigned, each.purchased) for each in states])
    if scope.cohorts is not None:
        points = since_first_part(period, points)
    cells = by_month(points) if group == "month" else []
    if group == "cohort":
        bucket = len(period.months)
        cells = [
            _cell(str(c.cohort_id), c.name, book.seats(scope.only(c.cohort_id), period.at, bucket)) for c in cohorts
        ]
    return Figures(now.utilization, {**asdict(now), "available": now.available}, points, cells)


def _cell(group: str, label: str, seats: Seats) -> Cell:
    return Cell(group, label, seats.utilization, seats.assigned, seats.purchased)
