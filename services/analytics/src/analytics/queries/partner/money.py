"""Money for sponsorships and programs, in minor units of the organization's currency."""

from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.queries.partner.sources import values
from analytics.rules.periods import Period
from analytics.rules.scope import Scope

_INVESTED = text("""
select coalesce(sum(amount_minor), 0) from funds
where organization_id = :organization and currency = :currency and moved_at < :horizon
    and (cast(:starts_at as timestamptz) is null or moved_at >= :starts_at)
""")
_PAID = text("""
select coalesce(sum(amount_minor), 0) from payment_moves
where organization_id = :organization and currency = :currency and moved_at < :horizon
    and (cast(:starts_at as timestamptz) is null or moved_at >= :starts_at)
""")
_PENDING = text("""
select coalesce(sum(amount_minor), 0) from awaited_payments as payment
where organization_id = :organization and currency = :currency and initiated_at is not null and failed_at is null
    and not exists (
        select from payment_moves as move where move.organization_id = payment.organization_id
            and move.move_id = payment.payment_id
    )
""")
_NEXT = text("""
select due_on, sum(amount_minor) as amount_minor, count(*) as number, min(description) as first,
    max(description) as last
from disbursements
where organization_id = :organization and currency = :currency and scheduled_at is not null and made_at is null
    and cancelled_at is null
group by due_on order by due_on limit 1
""")
_COUNTS = text("""
select (select count(*) from sponsorships where organization_id = :organization and created_at is not null) as total,
    (select count(*) from sponsorships where organization_id = :organization and created_at is not null
        and activated_at is not null and ended_at is null) as active,
    (select count(*) from funded_programs where organization_id = :organization and state = 'active') as programs
""")


def invested(session: Session, scope: Scope, period: Period) -> int:
    """Allocated less taken back within the period."""
    return int(session.scalar(_INVESTED, {**values(scope, period), "currency": scope.currency}) or 0)


def paid(session: Session, scope: Scope, period: Period) -> int:
    """Payments that arrived within the period, less refunds: all of the organization's money, as billing sums it."""
    return int(session.scalar(_PAID, {**values(scope, period), "currency": scope.currency}) or 0)


def pending(session: Session, scope: Scope) -> int:
    """Payments that neither arrived nor failed."""
    return int(session.scalar(_PENDING, {"organization": scope.organization_id, "currency": scope.currency}) or 0)


def next_planned(session: Session, scope: Scope) -> Row[Any] | None:
    """What is planned for the earliest day: ``due_on``, ``amount_minor``, ``number``, ``first`` and ``last`` words."""
    asked = {"organization": scope.organization_id, "currency": scope.currency}
    return session.execute(_NEXT, asked).one_or_none()


def counts(session: Session, scope: Scope) -> Row[Any]:
    """Sponsorships in all and active, programs active."""
    return session.execute(_COUNTS, {"organization": scope.organization_id}).one()
