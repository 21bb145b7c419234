"""What the money paid comes to for each student, completion and placement."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from analytics.queries import enrollments, money, organizations, placements
from analytics.queries.money import Paid
from analytics.rules.completion import Enrolled, completion
from analytics.rules.periods import Period
from analytics.rules.rates import each, major
from analytics.rules.scope import Scope
from analytics.usecases.metrics.figures import Cell, Figures, Number, by_month, series


@dataclass(frozen=True)
class _Book:
    paid: Sequence[Paid]
    students: Sequence[Enrolled]
    currency: str

    def by_cohort(self) -> Callable[[str], "_Book"]:
        paid: dict[str, list[Paid]] = defaultdict(list)
        for payment in self.paid:
            paid[str(payment.cohort_id)].append(payment)
        students: dict[str, list[Enrolled]] = defaultdict(list)
        for gathered in self.students:
            students[gathered.group].append(gathered)
        return lambda cohort: _Book(paid[cohort], students[cohort], self.currency)

    def minor(self, bucket: int) -> int:
        return sum(payment.minor for payment in self.paid if payment.bucket <= bucket)

    def active(self, bucket: int) -> int:
        return completion(self.students, bucket).enrolled

    def told(self, bucket: int) -> tuple[Number, Number, Number]:
        """Value, money paid and active students."""
        minor, active = self.minor(bucket), self.active(bucket)
        return each(minor, self.currency, active), major(minor, self.currency), active


def roi_analysis(session: Session, scope: Scope, period: Period, group: str | None = None) -> Figures:
    """Of the money paid in the period. ``group`` is None, month or cohort."""
    paid = money.paid(session, scope, period)
    book = _Book(paid, enrollments.students(session, scope, period), scope.currency)
    last = len(period.months)
    points = series(period, [book.told(number) for number in range(1, last + 1)])
    cells = by_month(points) if group == "month" else []
    if group == "cohort":
        of = _Book(paid, enrollments.students(session, scope, period, "cohort"), scope.currency).by_cohort()
        cells = [
            Cell(str(c.cohort_id), c.name, *of(str(c.cohort_id)).told(last))
            for c in organizations.cohorts(session, scope)
        ]
    value, amount, active = book.told(last)
    numbers = {"currency": scope.currency, "paid": amount, "active_students": active, "per_active_student": value}
    return Figures(value, numbers | _outcomes(session, scope, period, book.minor(last)), points, cells)


def _outcomes(session: Session, scope: Scope, period: Period, minor: int) -> dict[str, Any]:
    completions = _completed_within(enrollments.gathered(session, scope, period), period)
    placed = _placed_within(placements.gathered(session, scope, period), period)
    return {
        "completions": completions,
        "per_completion": each(minor, scope.currency, completions),
        "placements": placed,
        "per_placement": each(minor, scope.currency, placed),
    }


def _completed_within(gathered: Iterable[Enrolled], period: Period) -> int:
    """Enrolments completed in the period, whenever they began, and not withdrawn by its end."""
    last, first = len(period.months), 0 if period.since is None else 1
    return sum(
        found.count
        for found in gathered
        if found.done is not None and first <= found.done <= last and (found.left is None or found.left > last)
    )


def _placed_within(rows: Iterable[Row[Any]], period: Period) -> int:
    return sum(row.number for row in rows if row.bucket <= len(period.months))
