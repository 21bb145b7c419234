"""How far the closing of a month is, over all organizations, and what it could not bill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.rules import Month

_COUNTS = text("""
select (select count(*) from organizations) as organizations,
    (select count(*) from month_closings join organizations using (organization_id) where month = :month) as closed,
    (select count(*) from statements where month = :month) as statements
""")
_TOTALS = text("""
select currency, count(*) as invoices, cast(sum(total_minor) as bigint) as total_minor
from invoices where month = :month group by currency order by currency
""")
_CREDITED = text("""
select currency, count(*) as credit_notes, cast(sum(total_minor) as bigint) as total_minor
from credit_notes where month = :month group by currency order by currency
""")
_UNBILLED = text("""
select coalesce(currency, 'no currency') as currency, product, reason, cast(sum(usages) as bigint) as usages,
    count(distinct organization_id) as organizations
from unbilled_usage where month = :month group by 1, 2, 3 order by 1, 2, 3
""")
# Recorded for an organization nobody has told us of: it has no currency to be billed in.
_UNKNOWN = text("""
select count(*) from metered_usage where to_bill and occurred_on < :until and payer_id is not null
    and not exists (select from organizations where organizations.organization_id = payer_id)
""")


@dataclass(frozen=True)
class Closing:
    """``organizations`` there are, ``closed`` of them; ``totals`` invoiced, and ``credited``, a currency; ``unknown``
    usages of no known payer.
    """

    month: Month
    organizations: int
    closed: int
    statements: int
    totals: Sequence[Mapping[str, Any]]
    credited: Sequence[Mapping[str, Any]]
    unbilled: Sequence[Mapping[str, Any]]
    unknown: int


def closing(session: Session, month: Month) -> Closing:
    """As it stands."""
    counts = session.execute(_COUNTS, {"month": month.first}).one()
    return Closing(
        month=month,
        organizations=counts.organizations,
        closed=counts.closed,
        statements=counts.statements,
        totals=[dict(row) for row in session.execute(_TOTALS, {"month": month.first}).mappings()],
        credited=[dict(row) for row in session.execute(_CREDITED, {"month": month.first}).mappings()],
        unbilled=[dict(row) for row in session.execute(_UNBILLED, {"month": month.first}).mappings()],
        unknown=session.scalar(_UNKNOWN, {"until": month.next.first}) or 0,
    )
