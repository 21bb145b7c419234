"""Whether a series improves, declines or stays; the rule in words is ``definitions.TREND``."""

from collections.abc import Sequence
from fractions import Fraction

from analytics.rules.definitions import TREND_MONTHS, TREND_PART, TREND_POINTS

IMPROVING, STABLE, DECLINING = "improving", "stable", "declining"


def trend(values: Sequence[int | float | None], *, money: bool) -> str | None:
    """Of the values at the ends of months. Rates should rise, money for each student should fall.

    None when the last value, or the one so many months before it, is not known.
    """
    if len(values) <= TREND_MONTHS:
        return None
    before, now = values[-1 - TREND_MONTHS], values[-1]
    if before is None or now is None:
        return None
    step = Fraction(str(before)) * TREND_PART / 100 if money else Fraction(TREND_POINTS)
    change = Fraction(str(now)) - Fraction(str(before))
    better = -change if money else change
    if better >= step and change:
        return IMPROVING
    return DECLINING if -better >= step and change else STABLE
