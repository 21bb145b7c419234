"""Seats held of seats purchased."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.queries import organizations
from analytics.queries import seats as queries
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.rules.seats import Grant, Seating, Seats, purchased
from analytics.rules.steps import standing
from analytics.usecases.metrics.figures import Cell, Figures, by_month, series, since_first_part


def seat_utilization(session: Session, scope: Scope, period: Period, group: str | None = None) -> Figures:
    """At the end of the period. ``group`` is None, month or cohort."""
    grants = queries.grants(session, scope)
    seatings = list(_seatings(session, scope, period, grants)) if scope.cohorts is not None or group == "cohort" else []
    cohorts = organizations.cohorts(session, scope) if seatings else []
    if scope.cohorts is None:
        states = _of_organization(session, scope, period, grants)
    else:
        cap = sum(cohort.seats for cohort in cohorts)
        states = [seating.of_cohorts(scope.cohorts, cap) for seating in seatings]
    points = series(period, [(each.utilization, each.assigned, each.purchased) for each in states])
    if scope.cohorts is not None:
        points = since_first_part(period, points)
    cells = by_month(points) if group == "month" else []
    if group == "cohort":
        cells = [_cell(str(c.cohort_id), c.name, seatings[-1].of_cohorts({c.cohort_id}, c.seats)) for c in cohorts]
    now = states[-1]
    return Figures(now.utilization, {**asdict(now), "available": now.available}, points, cells)


def _of_organization(session: Session, scope: Scope, period: Period, grants: Sequence[Grant]) -> list[Seats]:
    held = standing(queries.held(session, scope, period), len(period.months))
    return [Seats(purchased(grants, month.at), now["seat"]) for month, now in zip(period.months, held, strict=True)]


def _seatings(session: Session, scope: Scope, period: Period, grants: Sequence[Grant]) -> Iterator[Seating]:
    """The seats of every cohort at the end of each month: what one may fill depends on what others hold."""
    changes: list[Counter[UUID]] = [Counter() for _ in range(len(period.months) + 1)]
    for step in queries.held_by_cohort(session, scope, period):
        changes[min(max(step.bucket, 0), len(period.months))][UUID(step.group)] += int(step.number)
    held = changes[0]
    for month, change in zip(period.months, changes[1:], strict=True):
        held.update(change)
        yield Seating(grants, dict(held), month.at)


def _cell(group: str, label: str, seats: Seats) -> Cell:
    return Cell(group, label, seats.utilization, seats.assigned, seats.purchased)
