"""Whom a program takes."""

from collections.abc import Collection
from typing import Protocol

from programs.rules.grades import grade_number

GRADE_LEVELS, COUNTIES, HOUSEHOLD_INCOME = "grade_levels", "counties", "max_household_income"
CRITERIA = (GRADE_LEVELS, COUNTIES, HOUSEHOLD_INCOME)


class Criteria(Protocol):
    """What a program asks; what is empty or None is not asked."""

    @property
    def grade_levels(self) -> Collection[int]:
        """Grades, as numbers."""

    @property
    def counties(self) -> Collection[str]:
        """Counties, however they are capitalized."""

    @property
    def max_income_minor(self) -> int | None:
        """The most that a household may have, in minor units."""


def unmet(criteria: Criteria, *, grade: str | None, county: str | None, income_minor: int | None) -> str | None:
    """The first criterion that a student does not meet, or None. What is asked and not known is not met."""
    if criteria.grade_levels and grade_number(grade) not in criteria.grade_levels:
        return GRADE_LEVELS
    if criteria.counties and _plain(county) not in {_plain(one) for one in criteria.counties}:
        return COUNTIES
    limit = criteria.max_income_minor
    if limit is not None and (income_minor is None or income_minor > limit):
        return HOUSEHOLD_INCOME
    return None


def _plain(county: str | None) -> str:
    return (county or "").strip().casefold()
