"""What may be funded: amounts in the organization's own currency, from one day to another."""

from datetime import date

from chassis.errors import Invalid
from chassis.money import Money


def minor_units(amount: int, currency: str | None, own: str, *, field: str) -> Money:
    """An amount in major units as money. Raises Invalid for another currency than the organization's ``own``."""
    if currency not in (None, own):
        raise Invalid.field("currency", f"Your organization funds in {own}.")
    try:
        return Money.parse(amount, own)
    except ValueError:
        raise Invalid.field(field, "This is too large an amount.") from None


def check_days(start: date, end: date) -> None:
    """Raise Invalid when it would end before it starts."""
    if end < start:
        raise Invalid.field("end_date", "The end cannot be before the start.")
