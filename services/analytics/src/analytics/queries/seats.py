"""Seats bought and held."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.rules.scope import Scope
from analytics.rules.seats import Grant, Held

_GRANTS = text("""
select cohort_id, quantity, valid_from, valid_until, expired_at from seat_grants
where organization_id = :organization and valid_from is not null
""")
_HELD = text("""
select cohort_id, width_bucket(assigned_at, cast(:bounds as timestamptz[])) as assigned,
    width_bucket(released_at, cast(:bounds as timestamptz[])) as released, count(*) as number
from seats where organization_id = :organization and assigned_at is not null
group by 1, 2, 3
""")


def grants(session: Session, scope: Scope) -> list[Grant]:
    """Every grant of the organization, whatever cohorts are in scope: the pool is shared."""
    rows = session.execute(_GRANTS, {"organization": scope.organization_id})
    return [Grant(row.cohort_id, row.quantity, row.valid_from, row.valid_until, row.expired_at) for row in rows]


def held(session: Session, scope: Scope, bounds: Sequence[datetime]) -> list[Held]:
    """Every seat of the organization, gathered by cohort and by when it was assigned and released."""
    rows = session.execute(_HELD, {"organization": scope.organization_id, "bounds": list(bounds)})
    return [Held(row.cohort_id, row.assigned, row.released, row.number) for row in rows]
