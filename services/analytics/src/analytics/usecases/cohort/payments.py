"""What was invoiced, paid, and is still due."""

from typing import Any

from sqlalchemy.orm import Session

from analytics.queries import money
from analytics.rules.periods import Period
from analytics.rules.rates import major
from analytics.rules.scope import Scope


def payments(session: Session, scope: Scope, period: Period) -> dict[str, Any]:
    """Major units of the organization's currency; narrowed to a cohort, only what names the cohort."""
    invoiced, due = money.invoiced(session, scope, period)
    paid = sum(int(step.number) for step in money.paid(session, scope, period))
    return {
        "invoiced": major(invoiced, scope.currency),
        "paid": major(paid, scope.currency),
        "due": major(due, scope.currency),
        "currency": scope.currency,
    }
