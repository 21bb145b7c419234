"""PayPal's currencies, and amounts as it writes them.

Source: https://developer.paypal.com/api/rest/reference/currency-codes/.
"""

from chassis.errors import Invalid
from chassis.money import Money

_CURRENCIES = frozenset(
    ("AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR", "NOK",
     "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD")
)  # fmt: skip
_WHOLE = frozenset(("HUF", "JPY", "TWD"))


def to_value(amount: Money) -> str:
    """What PayPal is asked for. Raises Invalid for an amount or a currency that it does not take."""
    if amount.currency not in _CURRENCIES:
        raise Invalid.field("method", f"PayPal takes no {amount.currency}; choose another method.")
    value = amount.decimal()
    if amount.currency not in _WHOLE:
        return str(value)
    if value != value.to_integral_value():
        raise Invalid.field("method", f"PayPal takes whole {amount.currency} only.")
    return str(int(value))
