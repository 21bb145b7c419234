"""What is to be billed or taken back: of each usage the difference between what it says now and what was billed of it.

Of a usage never billed that is all of it; of one changed since, a correction; of one unchanged, nothing. So it does
not matter how often a month is closed, in which order, or how late a usage is told. What is less than before is taken
back of the invoices that billed it, the newest first.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.metering import Taken, Usage, rates
from billing.queries.seat_use import NOBODY
from billing.rules import Month
from billing.settings import Settings
from chassis.wiring import use

# Rows are locked, so that what is told meanwhile is told after. Line 0 is what needs no billing; of a line of an
# invoice (above 0) quantities are positive, of what is taken back (below 0) negative. ``older``: what older invoices
# than this one bill of the usage, which is taken back last.
_GATHER = text("""
insert into closing_usage (
    organization_id, line, recorded_by, usage_id, product, cohort_id, usage_month, currency, quantity, rate, corrects,
    invoice_id, position
)
with pending as materialized (
    select usage.organization_id as recorded_by, usage.id as usage_id, usage.product, usage.payer_id,
        coalesce(usage.payer_cohort_id, cast(:nobody as uuid)) as cohort_id,
        cast(date_trunc('month', usage.occurred_on) as date) as usage_month,
        coalesce(case usage.product when 'revenue_share' then usage.currency else payer.currency end, '') as currency,
        case usage.product when 'mentor_session' then least(usage.quantity, 1) else usage.quantity end as quantity
    from metered_usage as usage left join organizations as payer on payer.organization_id = usage.payer_id
    where usage.to_bill and usage.payer_id = any(cast(:organizations as uuid[])) and usage.occurred_on < :until
    for update of usage
), billed as (
    select billed_usage.recorded_by, billed_usage.usage_id, billed_usage.product,
        billed_usage.organization_id as payer_id, coalesce(billed_usage.cohort_id, cast(:nobody as uuid)) as cohort_id,
        billed_usage.usage_month, billed_usage.currency, sum(billed_usage.quantity) as quantity,
        max(billed_usage.rate) as rate
    from billed_usage join pending on pending.recorded_by = billed_usage.recorded_by
        and pending.usage_id = billed_usage.usage_id and pending.payer_id = billed_usage.organization_id
    group by 1, 2, 3, 4, 5, 6, 7
), prices as (
    select * from unnest(cast(:currencies as text[]), cast(:products as text[]), cast(:rates as bigint[]))
        as prices (currency, product, rate)
), differing as materialized (
    select payer_id, recorded_by, usage_id, product, cohort_id, usage_month, currency,
        coalesce(billed.quantity, 0) as before, coalesce(pending.quantity, 0) as after,
        coalesce(billed.rate, case when product = 'revenue_share' then :share else prices.rate end) as rate,
        billed.usage_id is not null or usage_month < :month as corrects
    from pending full join billed using (payer_id, recorded_by, usage_id, product, cohort_id, usage_month, currency)
        left join prices using (currency, product)
), standing as (
    select differing.*, sold.*, invoices.year, invoices.sequence
    from differing cross join lateral (
        select invoice_id, position, sum(billed_usage.quantity) as quantity from billed_usage
        where billed_usage.recorded_by = differing.recorded_by and billed_usage.usage_id = differing.usage_id
            and billed_usage.organization_id = differing.payer_id and billed_usage.product = differing.product
            and coalesce(billed_usage.cohort_id, cast(:nobody as uuid)) = differing.cohort_id
            and billed_usage.usage_month = differing.usage_month and billed_usage.currency = differing.currency
        group by 1, 2 having sum(billed_usage.quantity) > 0
    ) as sold join invoices on invoices.organization_id = payer_id and invoices.id = invoice_id
    where after < before
), stacked as (
    select *, sum(quantity) over (
        partition by payer_id, recorded_by, usage_id, product, cohort_id, usage_month, currency
        order by year, sequence rows unbounded preceding
    ) - quantity as older
    from standing
), taken as (
    select *, least(quantity, greatest(before - older, 0)) - least(quantity, greatest(after - older, 0)) as back
    from stacked
)
select payer_id,
    case when after = before then 0 else dense_rank() over (
        partition by after > before
        order by payer_id, cohort_id, currency, usage_month, product, rate, corrects,
            case when product = 'revenue_share' then usage_id end
    ) end,
    recorded_by, usage_id, product, nullif(cohort_id, cast(:nobody as uuid)), usage_month, currency, after - before,
    rate, corrects, null, null
from differing where after >= before
union all
select payer_id, -dense_rank() over (order by payer_id, year, sequence, position), recorded_by, usage_id, product,
    nullif(cohort_id, cast(:nobody as uuid)), usage_month, currency, -back, rate, true, invoice_id, position
from taken where back > 0
""")
_SUMS = text("""
select line, organization_id, cohort_id, currency, product, usage_month, rate, corrects,
    cast(sum(quantity) as bigint) as quantity, count(*) as usages,
    case product when 'revenue_share' then (array_agg(usage_id))[1] end as placement_id
from closing_usage where organization_id = any(cast(:organizations as uuid[])) and line > 0
group by line, organization_id, cohort_id, currency, product, usage_month, rate, corrects order by line
""")
_TAKEN = text("""
select taken.*, sold.tax_rate, (
    select cast(sum(quantity) as bigint) from billed_usage as billed
    where billed.organization_id = taken.organization_id and billed.invoice_id = taken.invoice_id
        and billed.position = taken.position
) as billed
from (
    select line, organization_id, cohort_id, currency, product, usage_month, rate, corrects, invoice_id, position,
        cast(-sum(quantity) as bigint) as quantity, count(*) as usages,
        case product when 'revenue_share' then (array_agg(usage_id))[1] end as placement_id
    from closing_usage where organization_id = any(cast(:organizations as uuid[])) and line < 0
    group by line, organization_id, cohort_id, currency, product, usage_month, rate, corrects, invoice_id, position
) as taken
join invoice_lines as sold on sold.organization_id = taken.organization_id and sold.invoice_id = taken.invoice_id
    and sold.position = taken.position
order by line desc
""")


def gather_usage(session: Session, organizations: Sequence[UUID], month: Month) -> tuple[list[Usage], list[Taken]]:
    """Note every difference of what these organizations pay, up to the end of the month, and return the sums: what is
    to be billed, and what is to be taken back of which invoice's line.
    """
    session.execute(_GATHER, _values(session, organizations, month))
    found = session.execute(_SUMS, {"organizations": list(organizations)}).mappings()
    back = session.execute(_TAKEN, {"organizations": list(organizations)}).mappings()
    return [Usage(**row) for row in found], [_taken(dict(row)) for row in back]


def _values(session: Session, organizations: Sequence[UUID], month: Month) -> dict[str, Any]:
    settings = use(session, Settings)
    prices = list(rates(settings.prices))
    return {
        "organizations": list(organizations),
        "month": month.first,
        "until": month.next.first,
        "nobody": NOBODY,
        "share": settings.revenue_share,
        "currencies": [currency for currency, _, _ in prices],
        "products": [product for _, product, _ in prices],
        "rates": [rate for _, _, rate in prices],
    }


def _taken(row: dict[str, Any]) -> Taken:
    own = {name: row.pop(name) for name in ("invoice_id", "position", "billed", "tax_rate")}
    return Taken(usage=Usage(**row), **own)
