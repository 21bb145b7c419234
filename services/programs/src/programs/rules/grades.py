"""Grades: organizations type them as they please, the partner's API counts them."""

import re

_GRADE = re.compile(r"(?:grade|class|year|standard|std|g)?[ .]*0*(\d{1,2})", re.IGNORECASE)


def grade_number(typed: str | None) -> int | None:
    """The grade as a number: "5" and "Grade 5" are 5. None when none is given, or another kind ("PP1", "Form 2")."""
    found = _GRADE.fullmatch(typed.strip()) if typed else None
    return int(found[1]) if found else None
