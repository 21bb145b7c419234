"""What can be had, in which unit, for what price: the one place that knows the products."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing import rules
from billing.settings import Settings
from chassis.errors import Malformed
from chassis.json_provider import number
from chassis.money import Money

EXEMPT = "Exempt: educational service."


@dataclass(frozen=True)
class Product:
    """``bought_ahead`` products are sold by a checkout, the others are invoiced as they are used."""

    key: str
    name: str
    unit: str
    grants: str
    bought_ahead: bool


PRODUCTS = (
    Product(
        "seat",
        "Sponsored seat",
        "active student per month",
        "The right to have one active student at a time in your cohorts, for the months bought.",
        bought_ahead=True,
    ),
    Product(
        "mentor_session",
        "Mentor session",
        "session",
        "One session of a student with a mentor; metered and invoiced monthly.",
        bought_ahead=False,
    ),
    Product(
        "lab_hour",
        "Lab usage",
        "hour",
        "One hour of lab use by a student; metered and invoiced monthly.",
        bought_ahead=False,
    ),
    Product(
        "revenue_share",
        "Revenue share",
        "percent of a placement's first-year salary",
        "Nothing in advance; invoiced when a sponsored student is placed.",
        bought_ahead=False,
    ),
)


FUNDING = {
    "program_funding": "Program funding",
    "sponsorship_funding": "Sponsorship funding",
    "contribution": "Contribution",
}
"""What partners pay for, at no price of ours: it goes to whom it is for."""


class Catalog:
    """The products at the prices of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def currencies(self) -> tuple[str, ...]:
        """In which there are prices."""
        return self._settings.currencies

    @property
    def names(self) -> str:
        """The products, for a message."""
        return ", ".join(product.key for product in PRODUCTS)

    def product(self, key: str) -> Product | None:
        """The product of that key."""
        return next((product for product in PRODUCTS if product.key == key), None)

    def currency(self, wanted: str | None) -> str:
        """The currency to price in; the first of the settings when none is named. Raises Malformed."""
        offered = self._settings.currencies
        if wanted is None:
            return offered[0]
        if wanted not in offered:
            raise Malformed(f"There are no prices in that currency; choose one of: {', '.join(offered)}.")
        return wanted

    def priced(self, product: Product, currency: str, quantity: int, months: int) -> rules.PricedLine:
        """A line of a purchase."""
        unit = Money.parse(self._settings.prices[currency][product.key], currency)
        return rules.PricedLine(product.key, quantity, months, unit, self._settings.tax_rate)

    @staticmethod
    def named(key: str) -> str:
        """The name of a product, also of one that is no longer sold."""
        return next((product.name for product in PRODUCTS if product.key == key), FUNDING.get(key, key))

    @staticmethod
    def described(key: str, quantity: int, months: int) -> str:
        """A line of a purchase in words: ``Sponsored seat, 25 seats for 3 months``."""
        seats = "1 seat" if quantity == 1 else f"{quantity:,} seats"
        return f"{Catalog.named(key)}, {seats} for {'1 month' if months == 1 else f'{months} months'}"

    def shown(self, currency: str) -> dict[str, Any]:
        """The whole catalog in one currency."""
        return {
            "currency": currency,
            "currencies": list(self._settings.currencies),
            "products": [self._shown(product, currency) for product in PRODUCTS],
        }

    def _shown(self, product: Product, currency: str) -> dict[str, Any]:
        rate = self._settings.tax_rate
        share = product.key == "revenue_share"
        price = self._settings.revenue_share if share else self._settings.prices[currency][product.key]
        return {
            "product": product.key,
            "name": product.name,
            "unit": product.unit,
            "price": number(price),
            "price_kind": "percent" if share else "amount",
            "tax": {"rate": number(rate), "exempt": rate == Decimal(0), "note": EXEMPT if rate == 0 else ""},
            "grants": product.grants,
            "bought_ahead": product.bought_ahead,
        }
