"""What every metric tells: one value, the numbers behind it, a point for each month, cells of a breakdown."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analytics.rules.periods import Period

Number = int | float | None

NOT_KNOWN = "Not known"


@dataclass(frozen=True)
class Point:
    """The state at the end of a month (``2026-11``), or now in the month that is still running."""

    month: str
    value: Number
    numerator: Number
    denominator: Number


@dataclass(frozen=True)
class Cell:
    """One group of a breakdown. Withheld: too few people, one of whom did not consent; all numbers are None."""

    group: str
    label: str
    value: Number
    numerator: Number
    denominator: Number
    withheld: bool = False

    def hide(self) -> "Cell":
        """The same cell with nothing told."""
        return replace(self, value=None, numerator=None, denominator=None, withheld=True)


@dataclass(frozen=True)
class Figures:
    """A metric's answer."""

    value: Number
    numbers: dict[str, Any]
    series: Sequence[Point]
    breakdown: Sequence[Cell] = field(default_factory=tuple)


def series(period: Period, points: Sequence[tuple[Number, Number, Number]]) -> list[Point]:
    """A point for each month; without a first day asked for, from the first month that has something to tell."""
    told = [Point(month.label, *point) for month, point in zip(period.months, points, strict=True)]
    if period.since is None:
        while told and not told[0].numerator and not told[0].denominator:
            told.pop(0)
    return told


def since_first_part(period: Period, points: Sequence[Point]) -> list[Point]:
    """From the month that first has a numerator (or the last), when no first day was asked for.

    What one cohort may fill of the pool says nothing before anybody is in it.
    """
    told = list(points)
    while period.since is None and len(told) > 1 and not told[0].numerator:
        told.pop(0)
    return told


def by_month(points: Sequence[Point]) -> list[Cell]:
    """The series as a breakdown."""
    return [Cell(p.month, p.month, p.value, p.numerator, p.denominator) for p in points]
