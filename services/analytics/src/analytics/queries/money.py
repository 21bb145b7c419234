"""Payments and invoices, in minor units, summed by currency: sums never mix them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from analytics.queries import cells
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.rules.steps import Step


def paid(session: Session, scope: Scope, period: Period) -> Sequence[Step]:
    """Payments of the period by currency and month; narrowed to cohorts, only those that name them."""
    return [step for step in cells.steps(session, scope, period, "paid", by="key") if step.group == scope.currency]


def paid_by_cohort(session: Session, scope: Scope, period: Period) -> dict[str, int]:
    """Cohort to what was paid for it in the period."""
    found: dict[str, int] = {}
    for step in cells.sums(session, scope, period, "paid", by="cohort", key=scope.currency):
        found[step.group] = found.get(step.group, 0) + int(step.number)
    return found


def invoiced(session: Session, scope: Scope, period: Period) -> tuple[int, int]:
    """Invoices issued in the period, and those of them not paid by its end."""
    told = {"invoiced": 0, "settled": 0}
    for step in cells.sums(session, scope, period, *told, by="key"):
        if step.group == scope.currency:
            told[step.measure] += int(step.number)
    return told["invoiced"], told["invoiced"] - told["settled"]
