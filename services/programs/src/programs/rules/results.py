"""Results: which are the same, and what makes one complete a course."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

FACTS = ("student_id", "course_id", "score", "max_score", "completed", "result_date")
"""What a result says; the same again is no news."""


def result_key(values: Mapping[str, Any], student_id: UUID) -> str:
    """What makes two results the same one: the sender's id of it, otherwise student, course and day."""
    if values.get("result_id"):
        return f"id:{values['result_id']}"
    return f"day:{student_id}:{values['course_id']}:{values['result_date']}"


def facts_of(values: Mapping[str, Any], student_id: UUID) -> dict[str, Any]:
    """The result a row tells. A course is completed when it says so; when it does not say, by any score."""
    completed = values["completed"]
    return {
        "student_id": student_id,
        "course_id": values["course_id"],
        "score": values["score"],
        "max_score": values["max_score"],
        "completed": values["score"] is not None if completed is None else completed,
        "result_date": values["result_date"],
    }
