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


@dataclass(frozen=True, kw_only=True)
class Usage:
    """So much of a product, used in ``usage_month``, for one payer, cohort and currency.

    ``quantity`` is sessions, minutes of lab use, or the first year's salary in minor units; negative takes back.
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


def priced(usage: Usage, tax_rate: Decimal) -> Line:
    """The line of a usage that has a price. Labs are billed to the minute; halves of a minor unit to the even side."""
    rate = Fraction(usage.rate or 0)
    exact = {MENTOR_SESSION: rate, LAB_HOUR: rate / 60, REVENUE_SHARE: rate / 100}[usage.product] * usage.quantity
    net = half_even(exact, usage.currency)
    tax = half_even(net.minor * Fraction(tax_rate) / 100, usage.currency)
    share = usage.product == REVENUE_SHARE
    return Line(
        product=usage.product,
        description=_described(usage),
        quantity=(1 if usage.quantity > 0 else -1) if share else usage.quantity,
        unit={MENTOR_SESSION: "session", LAB_HOUR: "minute", REVENUE_SHARE: "placement"}[usage.product],
        unit_minor=abs(net.minor) if share else int(rate),
        net_minor=net.minor,
        tax_rate=tax_rate,
        tax_minor=tax.minor,
        usage_month=usage.usage_month,
        corrects=usage.corrects,
        placement_id=usage.placement_id,
    )


def fitting(pairs: Sequence[tuple[Usage, Line]]) -> list[tuple[Usage, Line]]:
    """Those that one invoice can hold: all that is owed, and of what is taken back, oldest first, as much as leaves
    something to pay. An invoice is never zero or less; the rest waits for the next, or for a credit note.
    """
    owed = [pair for pair in pairs if pair[1].net_minor >= 0]
    total = sum(line.net_minor + line.tax_minor for _, line in owed)
    for usage, line in sorted(pairs, key=lambda pair: (pair[0].usage_month, pair[0].line)):
        amount = line.net_minor + line.tax_minor
        if line.net_minor < 0 < total + amount:
            owed.append((usage, line))
            total += amount
    return sorted(owed, key=lambda pair: pair[0].line) if total > 0 else []


def rates(catalog_prices: Mapping[str, Mapping[str, Decimal]]) -> Iterable[tuple[str, str, int]]:
    """Currency, product and minor units of each metered price."""
    for currency, prices in catalog_prices.items():
        for product in (MENTOR_SESSION, LAB_HOUR):
            yield currency, product, Money.parse(prices[product], currency).minor


def _described(usage: Usage) -> str:
    of = "placed" if usage.product == REVENUE_SHARE else "used"
    when = format_date(usage.usage_month, "MMMM y", locale="en")
    later = ", as corrected or recorded since" if usage.corrects else ""
    return f"{Catalog.named(usage.product)}, {_amount(usage)}, {of} in {when}{later}"


def _amount(usage: Usage) -> str:
    sign, quantity = ("\u2212" if usage.quantity < 0 else ""), abs(usage.quantity)
    if usage.product == REVENUE_SHARE:
        salary = Money(quantity, usage.currency).format()
        return f"{sign}{number(usage.rate or Decimal(0))} % of {salary} first-year salary"
    if usage.product == LAB_HOUR:
        hours, minutes = divmod(quantity, 60)
        return sign + " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min")) if n)
    return f"{sign}{quantity:,} {'session' if quantity == 1 else 'sessions'}"
