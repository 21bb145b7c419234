"""Seats bought and held."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.queries import cells
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.rules.seats import Grant
from analytics.rules.steps import Step

_GRANTS = text("""
select cohort_id, quantity, valid_from, valid_until, expired_at from seat_grants
where organization_id = :organization and valid_from is not null
""")


def grants(session: Session, scope: Scope) -> list[Grant]:
    """Every grant of the organization, whatever cohorts are in scope: the pool is shared."""
    rows = session.execute(_GRANTS, {"organization": scope.organization_id})
    return [Grant(row.cohort_id, row.quantity, row.valid_from, row.valid_until, row.expired_at) for row in rows]


def held(session: Session, scope: Scope, period: Period) -> list[Step]:
    """Seats of the organization assigned and released, month by month."""
    return cells.steps(session, scope.whole, period, "seat", ever=True)


def held_by_cohort(session: Session, scope: Scope, period: Period) -> list[Step]:
    """The same by cohort, whatever cohorts are in scope."""
    return cells.steps(session, scope.whole, period, "seat", by="cohort", ever=True)
