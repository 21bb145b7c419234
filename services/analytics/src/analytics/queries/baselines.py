"""The platform's own figures, beside which an organization's stand."""

from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.rules.baselines import Baseline
from analytics.rules.definitions import FEW_ORGANIZATIONS
from analytics.rules.periods import Period, month_of
from analytics.rules.scope import Scope

# Months in which few organizations paid are left out, so that the difference of two periods tells of no single one.
_SUMS = text("""
select measure, sum(number) as number, max(made_at) as made_at from baselines
where currency = :currency and month <= :last_month and (measure = 'people' or month >= :first_month and month in (
    select month from baselines where currency = :currency and measure = 'paid' and organizations >= :few
))
group by measure
""")
_MADE = text("select made_at from baselines limit 1")


def made_at(session: Session) -> datetime | None:
    """When they were made last."""
    found: datetime | None = session.scalar(_MADE)
    return found


def baseline(session: Session, scope: Scope, period: Period) -> Baseline:
    """Of all organizations with this currency, in the whole months the period touches."""
    values = {
        "currency": scope.currency,
        "first_month": date.min if period.since is None else month_of(period.since),
        "last_month": month_of(period.last_day),
        "few": FEW_ORGANIZATIONS,
    }
    rows = session.execute(_SUMS, values).all()
    made = max((row.made_at for row in rows), default=None)
    return Baseline({row.measure: int(row.number) for row in rows}, made)
