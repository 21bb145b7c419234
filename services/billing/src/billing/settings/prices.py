"""What things cost: a price a product and currency, in major units."""

from collections.abc import Callable
from decimal import Decimal

from environs import Env, ValidationError

from chassis.money import Money, UnknownCurrency

_HOME_CURRENCY = "KES"
_PRICES = {
    "seat": ("SPONSOR_SEAT_PRICE", "20000"),
    "mentor_session": ("MENTOR_SESSION_PRICE", "7000"),
    "lab_hour": ("LAB_USAGE_PRICE", "200"),
}

PRICE_VARIABLES = tuple(variable for variable, _ in _PRICES.values())
"""Followed by an underscore and a currency."""


def read_prices(env: Env) -> dict[str, dict[str, Decimal]]:
    """Currency to product to price; every currency but the home one needs all of its own."""
    given = env.str("BILLING_CURRENCIES", _HOME_CURRENCY, validate=_are_currencies)
    return {
        code: {product: _price(env, code, *price) for product, price in _PRICES.items()} for code in _codes(given or "")
    }


def _price(env: Env, code: str, variable: str, at_home: str) -> Decimal:
    default = (Decimal(at_home),) if code == _HOME_CURRENCY else ()
    price: Decimal = env.decimal(f"{variable}_{code}", *default, validate=_is_price_in(code))
    return price


def _codes(given: str) -> list[str]:
    return [code.strip() for code in given.split(",") if code.strip()]


def _are_currencies(given: str) -> None:
    try:
        _ = [Money(0, code) for code in _codes(given)]
    except UnknownCurrency as error:
        raise ValidationError(str(error)) from None
    if not _codes(given):
        raise ValidationError("Name at least one currency.")


def _is_price_in(code: str) -> Callable[[Decimal], None]:
    def check(price: Decimal) -> None:
        try:
            amount = Money.parse(price, code)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        if amount.minor <= 0:
            raise ValidationError("A price is more than nothing.")

    return check


def is_percentage(given: Decimal) -> None:
    """Raises ValidationError."""
    if not given.is_finite() or not 0 <= given <= 100:
        raise ValidationError("A percentage is 0 to 100.")
