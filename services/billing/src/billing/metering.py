"""Turn sums of usage into lines of invoices: pure arithmetic, the same for a closed month and for the running one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from babel.dates import format_date

from billing.catalog import Catalog
from billing.drafts import Line
from billing.rules import half_even
from chassis.json_provider import number
from chassis.money import Money, UnknownCurrency, exponent

MENTOR_SESSION, LAB_HOUR, REVENUE_SHARE = "mentor_session", "lab_hour", "revenue_share"
UNITS = {MENTOR_SESSION: "session", LAB_HOUR: "minute", REVENUE_SHARE: "placement"}


@dataclass(frozen=True, kw_only=True)
class Usage:
    """So much of a product, used in ``usage_month``, for one payer, cohort and currency.

    ``quantity`` is sessions, minutes of lab use, or the first year's salary in minor units.
    ``rate`` is minor units a session or hour, or the percentage of the salary; None when there is no price.
    """

    line: int
    organization_id: UUID
    cohort_id: UUID | None
    currency: str
    product: str
    usage_month: date
    quantity: int
    rate: Decimal | None
    corrects: bool = False
    usages: int = 1
    placement_id: UUID | None = None

    @property
    def has_price(self) -> bool:
        """Whether it can be billed: a rate, in a currency that exists."""
        try:
            return self.rate is not None and exponent(self.currency) >= 0
        except UnknownCurrency:
            return False


@dataclass(frozen=True, kw_only=True)
class Taken:
    """So much usage to be taken back of one line of an invoice, which still bills ``billed`` of it at ``tax_rate``."""

    usage: Usage
    invoice_id: UUID
    position: int
    billed: int
    tax_rate: Decimal


def priced(usage: Usage, tax_rate: Decimal) -> Line:
    """The line of a usage that has a price. Labs are billed to the minute; halves of a minor unit to the even side."""
    net, tax = _worth(usage, usage.quantity, tax_rate)
    share = usage.product == REVENUE_SHARE
    return Line(
        product=usage.product,
        description=_described(usage, ", as corrected or recorded since" if usage.corrects else ""),
        quantity=1 if share else usage.quantity,
        unit=UNITS[usage.product],
        unit_minor=net.minor if share else int(usage.rate or 0),
        net_minor=net.minor,
        tax_rate=tax_rate,
        tax_minor=tax.minor,
        usage_month=usage.usage_month,
        corrects=usage.corrects,
        placement_id=usage.placement_id,
    )


def credited(taken: Taken) -> Line:
    """The line of a credit note: what the invoice's line came to before, less what it comes to after. So all that is
    ever taken back of a line, to the last of it, is to the cent what it was billed at.
    """
    usage = taken.usage
    before, after = (
        _worth(usage, quantity, taken.tax_rate) for quantity in (taken.billed, taken.billed - usage.quantity)
    )
    share = usage.product == REVENUE_SHARE
    return Line(
        product=usage.product,
        description=_described(usage, ", taken back"),
        quantity=1 if share else usage.quantity,
        unit=UNITS[usage.product],
        unit_minor=(before[0] - after[0]).minor if share else int(usage.rate or 0),
        net_minor=(before[0] - after[0]).minor,
        tax_rate=taken.tax_rate,
        tax_minor=(before[1] - after[1]).minor,
        usage_month=usage.usage_month,
        corrects=True,
        placement_id=usage.placement_id,
    )


def fitting(lines: Sequence[tuple[Taken, Line]], left: int) -> list[tuple[Taken, Line]]:
    """Those that an invoice with so many minor units left holds, in their order; the rest waits."""
    taken = []
    for one, line in lines:
        if line.total_minor <= left:
            taken.append((one, line))
            left -= line.total_minor
    return taken


def rates(catalog_prices: Mapping[str, Mapping[str, Decimal]]) -> Iterable[tuple[str, str, int]]:
    """Currency, product and minor units of each metered price."""
    for currency, prices in catalog_prices.items():
        for product in (MENTOR_SESSION, LAB_HOUR):
            yield currency, product, Money.parse(prices[product], currency).minor


def _worth(usage: Usage, quantity: int, tax_rate: Decimal) -> tuple[Money, Money]:
    """Net and tax of so much of it."""
    rate = Fraction(usage.rate or 0)
    exact = {MENTOR_SESSION: rate, LAB_HOUR: rate / 60, REVENUE_SHARE: rate / 100}[usage.product] * quantity
    net = half_even(exact, usage.currency)
    return net, half_even(net.minor * Fraction(tax_rate) / 100, usage.currency)


def _described(usage: Usage, why: str) -> str:
    of = "placed" if usage.product == REVENUE_SHARE else "used"
    when = format_date(usage.usage_month, "MMMM y", locale="en")
    return f"{Catalog.named(usage.product)}, {_amount(usage)}, {of} in {when}{why}"


def _amount(usage: Usage) -> str:
    if usage.product == REVENUE_SHARE:
        salary = Money(usage.quantity, usage.currency).format()
        return f"{number(usage.rate or Decimal(0))} % of {salary} first-year salary"
    if usage.product == LAB_HOUR:
        hours, minutes = divmod(usage.quantity, 60)
        return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min")) if n)
    return f"{usage.quantity:,} {'session' if usage.quantity == 1 else 'sessions'}"
