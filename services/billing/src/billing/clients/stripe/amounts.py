"""Stripe's units. They are ISO 4217's minor units but for a few currencies.

Source: https://docs.stripe.com/currencies, "Zero-decimal currencies", "Special cases", "Three-decimal currencies".
"""

from decimal import Decimal

from chassis.errors import Invalid
from chassis.money import Money

_NO_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
_THREE_DECIMALS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))


def to_units(amount: Money) -> int:
    """What Stripe is asked for. Raises Invalid for an amount finer than Stripe takes."""
    units = amount.decimal().scaleb(_decimals(amount.currency))
    coarse = 10 if amount.currency in _THREE_DECIMALS else 1
    if units != units.to_integral_value() or int(units) % coarse:
        raise Invalid.field("amount", f"Cards take no amount as fine as {amount.format()}.")
    return int(units)


def from_units(units: int, currency: str) -> Money:
    """What Stripe says. Raises ValueError for a currency or an amount that does not exist."""
    code = currency.upper()
    return Money.parse(Decimal(units).scaleb(-_decimals(code)), code)


def _decimals(currency: str) -> int:
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2
