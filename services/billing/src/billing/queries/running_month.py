"""What has been used so far in a month that is not closed: nothing of it is final."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.metering import LAB_HOUR, MENTOR_SESSION, Usage, priced, rates
from billing.rules import Month
from billing.settings import Settings
from chassis.paging import Page

_MINE = """
from cohorts where organization_id = :organization
    and (cast(:cohorts as uuid[]) is null or cohort_id = any(cast(:cohorts as uuid[])))
"""
_COUNT = text(f"select count(*) {_MINE}")
_PAGE = text(f"select cohort_id, name {_MINE} order by name, cohort_id limit :limit offset :offset")
_SEATS = text("""
select cohort_id, count(distinct student_id) as students from seat_holdings
where organization_id = :organization and cohort_id = any(cast(:shown as uuid[])) and assigned_at < :ends
    and (released_at is null or released_at > :begins or released_at < assigned_at)
    and released_at is distinct from assigned_at
group by cohort_id
""")
_CURRENCY = text("select currency from organizations where organization_id = :organization")
# Who will pay is decided within seconds of the record; until then it is whoever recorded it.
_USED = text("""
select coalesce(payer_cohort_id, cohort_id) as cohort_id, product, quantity, currency, id
from metered_usage
where coalesce(payer_id, organization_id) = :organization and to_bill
    and occurred_on >= :month and occurred_on < :until and quantity > 0
    and coalesce(payer_cohort_id, cohort_id) = any(cast(:shown as uuid[]))
order by product, occurred_on, id
""")


def statements(
    session: Session, settings: Settings, month: Month, values: Mapping[str, Any], *, page: int, limit: int
) -> Page:
    """A page of the organization's cohorts, each with the seats and the metered lines so far."""
    cohorts = session.execute(_PAGE, values).all()
    zone = settings.time_zone
    shown = {
        **values,
        "shown": [cohort.cohort_id for cohort in cohorts],
        "begins": month.begins(zone),
        "ends": month.ends(zone),
        "until": month.next.first,
    }
    seats: dict[UUID, int] = dict(session.execute(_SEATS, shown).all())
    lines = _lines(session, settings, shown)
    items = [_statement(cohort, values["month"], seats.get(cohort.cohort_id, 0), lines) for cohort in cohorts]
    return Page(items, session.scalar(_COUNT, values) or 0, page, limit)


def _statement(cohort: Any, month: date, seats: int, lines: Mapping[UUID, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "cohort_id": cohort.cohort_id,
        "cohort_name": cohort.name,
        "month": month,
        "state": "open",
        "closed_at": None,
        "seats_used": seats,
        "uncovered": None,
        "purchases": [],
        "lines": lines.get(cohort.cohort_id, []),
        "invoices": [],
        "credit_notes": [],
        "unbilled": [],
    }


def _lines(session: Session, settings: Settings, shown: Mapping[str, Any]) -> dict[UUID, list[dict[str, Any]]]:
    home = session.scalar(_CURRENCY, shown) or ""
    prices = {(currency, product): rate for currency, product, rate in rates(settings.prices)}
    sums: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in session.execute(_USED, shown):
        metered = row.product in (MENTOR_SESSION, LAB_HOUR)
        currency = home if metered else row.currency or ""
        rate = prices.get((currency, row.product)) if metered else settings.revenue_share
        quantity = 1 if row.product == MENTOR_SESSION else row.quantity
        sums[row.cohort_id, currency, row.product, rate, None if metered else row.id] += quantity
    lines: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for (cohort_id, currency, product, rate, placement_id), quantity in sums.items():
        usage = Usage(
            line=0, organization_id=shown["organization"], cohort_id=cohort_id, currency=currency, product=product,
            usage_month=shown["month"], quantity=quantity, rate=rate, placement_id=placement_id,
        )  # fmt: skip
        if usage.has_price:
            lines[cohort_id].append({**vars(priced(usage, settings.tax_rate)), "currency": currency})
    return lines
