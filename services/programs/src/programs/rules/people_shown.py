"""How a list shows a student: by name with their leave, otherwise by a pseudonym and nothing that tells who it is.

The id is kept back with the name: it would tell who it is to whoever brought the student in
(docs/decisions/0033-no-id-beside-a-pseudonym.md).
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from contracts.pseudonym import pseudonym
from programs.rules.grades import grade_number


def listed_student(organization_id: UUID, row: Mapping[str, Any], *, by_name: bool) -> dict[str, Any]:
    """The student of a line, with ``id``, ``school`` and ``grade_level`` only for who may be named."""
    shown = {"name": pseudonym(organization_id, row["student_id"]), "school": None, "grade_level": None}
    if by_name:
        shown = {name: row[name] for name in ("name", "school", "grade_level")}
    return {"id": row["student_id"] if by_name else None, "pseudonymous": not by_name, **shown}


def sponsored_student(organization_id: UUID, row: Mapping[str, Any], *, by_name: bool) -> dict[str, Any]:
    """A sponsored student: the grade as a number; id, school and county only with the name, and nobody's picture."""
    name = pseudonym(organization_id, row["student_id"])
    shown: dict[str, Any] = {"name": name, "grade_level": None, "school": None, "county": None}
    if by_name:
        grade = grade_number(row["grade_level"])
        shown = {"name": row["name"], "grade_level": grade, "school": row["school"], "county": row["county"]}
    id = row["student_id"] if by_name else None
    return {"id": id, "pseudonymous": not by_name, "avatar_url": None, **shown}


def tells_courses(row: Mapping[str, Any], *, by_name: bool) -> bool:
    """Whether the courses of a sponsorship are called by their names: the organization named them, or may see who the
    student is. The catalogue says who teaches a course: others would tell the school of who did not consent.
    """
    return by_name or bool(row["course_ids"])
