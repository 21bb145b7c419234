"""Money month by month, program by program and kind of sponsorship by kind, in minor units."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.queries.partner.sources import values
from analytics.rules.periods import Period
from analytics.rules.scope import Scope

_WITHIN = "{0} < :horizon and (cast(:starts_at as timestamptz) is null or {0} >= :starts_at)"
_FUNDS = f"organization_id = :organization and currency = :currency and {_WITHIN.format('moved_at')}"
# What was released is counted on the day billing names, in the organization's time zone.
_RELEASED = """organization_id = :organization and currency = :currency and made_on <= :last_day
    and (cast(:since as date) is null or made_on >= :since)"""
_MONTHS = text(f"""
select month, sum(allocated) as allocated, sum(released) as released from (
    select to_char(moved_at at time zone :zone, 'YYYY-MM') as month, amount_minor as allocated, 0 as released
    from funds where {_FUNDS}
    union all
    select to_char(made_on, 'YYYY-MM'), 0, amount_minor from disbursements where {_RELEASED}
) as told group by month order by month
""")  # noqa: S608 - our own words, as below
_PROGRAMS = text(f"""
select program.name, program.state, program.budget_minor,
    coalesce((select sum(amount_minor) from funds where {_FUNDS} and funds.program_id = program.program_id), 0)
        as allocated,
    coalesce((select sum(amount_minor) from disbursements where {_RELEASED}
        and disbursements.program_id = program.program_id), 0) as released
from funded_programs as program where program.organization_id = :organization and program.currency = :currency
order by program.name, program.program_id
""")  # noqa: S608
_KINDS = text(f"""
with given as (
    select sponsorship_id, sum(amount_minor) as allocated from funds where {_FUNDS} and sponsorship_id is not null
    group by sponsorship_id
), released as (
    select sponsorship_id, sum(amount_minor) as released from disbursements
    where {_RELEASED} and sponsorship_id is not null group by sponsorship_id
)
select kind, count(*) as number, sum(amount_minor) as promised, coalesce(sum(allocated), 0) as allocated,
    coalesce(sum(released), 0) as released
from sponsorships left join given using (sponsorship_id) left join released using (sponsorship_id)
where organization_id = :organization and currency = :currency
    and ({_WITHIN.format("created_at")} or created_at is not null and (allocated is not null or released is not null))
group by kind order by kind
""")  # noqa: S608
_SUM = text(f"select coalesce(sum(amount_minor), 0) from disbursements where {_RELEASED}")  # noqa: S608


def months(session: Session, scope: Scope, period: Period) -> Sequence[Row[Any]]:
    """Allocated (less taken back) and released, by month."""
    return session.execute(_MONTHS, _values(scope, period)).all()


def programs(session: Session, scope: Scope, period: Period) -> Sequence[Row[Any]]:
    """Every program with its budget, and what was allocated to it and released for it."""
    return session.execute(_PROGRAMS, _values(scope, period)).all()


def kinds(session: Session, scope: Scope, period: Period) -> Sequence[Row[Any]]:
    """By kind: sponsorships created in the period or with money moved in it, promised, allocated, released."""
    return session.execute(_KINDS, _values(scope, period)).all()


def released(session: Session, scope: Scope, period: Period) -> int:
    """All that was released."""
    return int(session.scalar(_SUM, _values(scope, period)) or 0)


def _values(scope: Scope, period: Period) -> dict[str, Any]:
    return {**values(scope, period), "currency": scope.currency}
