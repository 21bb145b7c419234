"""Rates and ratios: exact until they are shown, halves to the even side, nothing over nothing is unknown."""

from decimal import Decimal
from fractions import Fraction

from chassis.money import Money


def rate(part: int, whole: int) -> float | None:
    """``part`` of ``whole`` in per cent, 0 to 100 for a part of it, with one decimal; None of nothing."""
    return None if whole <= 0 else one_decimal(Fraction(100 * part, whole))


def one_decimal(value: Fraction) -> float:
    """With one decimal, halves to the even side."""
    return float(Fraction(round(value * 10), 10))


def mean(total: Decimal, count: int) -> float | None:
    """The mean with one decimal, halves to the even side; None of nothing."""
    return None if count == 0 else one_decimal(Fraction(total) / count)


def each(minor: int, currency: str, count: int) -> int | None:
    """Whole major units for each of ``count``, None for nobody."""
    return None if count <= 0 else Money(minor, currency).ratio_half_even(count)


def major(minor: int, currency: str) -> int | float:
    """The number JSON shows for an amount."""
    return Money(minor, currency).major()
