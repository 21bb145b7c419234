"""When things happened, moved 37 years forward: the kindergarten spring of 1986 becomes that of 2023."""

from datetime import date

from star.data import GRADES

YEARS_FORWARD = 37
_FIRST_SPRING = 1986 + YEARS_FORWARD

FIRST_DAY = date(_FIRST_SPRING - 1, 9, 1)
"""The first day of kindergarten."""

LAST_DAY = date(_FIRST_SPRING + 3, 5, 31)
"""The last day of grade 3."""


def day_of_tests(grade: str) -> date:
    """The day of the tests at the end of a grade."""
    return date(_FIRST_SPRING + GRADES.index(grade), 5, 15)
