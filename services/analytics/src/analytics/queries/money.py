"""Payments and invoices, in minor units, summed by currency: sums never mix them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.queries import IN_SCOPE
from analytics.rules.periods import Period
from analytics.rules.scope import Scope

_PAID = text(f"""
select cohort_id, width_bucket(completed_at, cast(:bounds as timestamptz[])) as bucket, sum(amount_minor) as minor
from payments
where {IN_SCOPE.format(table="payments")} and currency = :currency and completed_at < :horizon
    and (cast(:starts_at as timestamptz) is null or completed_at >= :starts_at)
group by 1, 2
""")  # noqa: S608 - our own words
_INVOICED = text(f"""
select coalesce(sum(total_minor), 0) as invoiced,
    coalesce(sum(total_minor) filter (where paid_at is null or paid_at >= :horizon), 0) as due
from invoices
where {IN_SCOPE.format(table="invoices")} and currency = :currency and issued_on <= :last_day
    and (cast(:since as date) is null or issued_on >= :since)
""")  # noqa: S608 - our own words


@dataclass(frozen=True)
class Paid:
    """Money paid for a cohort (None: for the pool) within a bucket of time."""

    cohort_id: UUID | None
    bucket: int
    minor: int


def paid(session: Session, scope: Scope, period: Period) -> list[Paid]:
    """Payments of the period in the organization's currency; narrowed to cohorts, only those that name them."""
    rows = session.execute(_PAID, _values(scope, period))
    return [Paid(row.cohort_id, row.bucket, int(row.minor)) for row in rows]


def invoiced(session: Session, scope: Scope, period: Period) -> tuple[int, int]:
    """Invoices issued in the period, and those of them not paid by its end."""
    row = session.execute(_INVOICED, _values(scope, period)).one()
    return int(row.invoiced), int(row.due)


def _values(scope: Scope, period: Period) -> dict[str, Any]:
    return {
        **scope.values,
        "currency": scope.currency,
        "bounds": period.bounds,
        "horizon": period.horizon,
        "starts_at": period.starts_at,
        "since": period.since,
        "last_day": period.last_day,
    }
