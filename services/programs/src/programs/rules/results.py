"""Results and progress: which are the same, and what completes a course."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

BY_RESULT, BY_SCORE, BY_PROGRESS = "result", "score", "progress"
COMPLETIONS = (BY_RESULT, BY_SCORE, BY_PROGRESS)


class Rule(NamedTuple):
    """What completes a course: a result's own word, a score of ``min_score``, or progress of ``min_percent``."""

    completion: str = BY_RESULT
    min_score: Decimal | None = None
    min_percent: Decimal | None = None

    @property
    def sound(self) -> bool:
        """Whether it has the limit it needs, and no other."""
        wanted = (self.completion == BY_SCORE, self.completion == BY_PROGRESS)
        return (self.min_score is not None, self.min_percent is not None) == wanted

    def by_result(self, score: Decimal | None, word: bool | None) -> bool:
        """Whether a result completes the course. By its own word; when it does not say, by any score."""
        if self.completion == BY_RESULT:
            return score is not None if word is None else word
        return self.min_score is not None and score is not None and score >= self.min_score

    def by_progress(self, percent: Decimal) -> bool:
        """Whether progress of ``percent`` completes the course."""
        return self.min_percent is not None and percent >= self.min_percent


FACTS = ("student_id", "course_id", "score", "max_score", "completed", "result_date")
"""What a result says; the same again is no news."""


def result_key(values: Mapping[str, Any], student_id: UUID) -> str:
    """What makes two results the same one: the sender's id of it, otherwise student, course and day."""
    if values.get("result_id"):
        return f"id:{values['result_id']}"
    return f"day:{student_id}:{values['course_id']}:{values['result_date']}"


def facts_of(values: Mapping[str, Any], student_id: UUID, rule: Rule) -> dict[str, Any]:
    """The result a row tells; whether it completes the course is for the course's rule."""
    return {
        "student_id": student_id,
        "course_id": values["course_id"],
        "score": values["score"],
        "max_score": values["max_score"],
        "completed": rule.by_result(values["score"], values["completed"]),
        "result_date": values["result_date"],
    }


def further(before: Mapping[str, Any] | None, told: Mapping[str, Any], rule: Rule) -> dict[str, Any]:
    """Where a source says a student stands after it has told this.

    The percentage only grows, unless it is a correction; the moment only grows. The day of completion is the first on
    which the percentage completed the course, and is taken back only by a correction.
    """
    percent, moment = told["percent"], told["happened_at"]
    completed_on = before["completed_on"] if before else None
    if before:
        moment = max(moment, before["happened_at"])
        if percent < before["percent"] and not told["correction"]:
            percent = before["percent"]
        elif percent < before["percent"] and not rule.by_progress(percent):
            completed_on = None
    if completed_on is None and rule.by_progress(percent):
        completed_on = told["happened_at"].date()
    own = {name: told[name] for name in ("student_id", "course_id", "source")}
    return {**own, "percent": percent, "happened_at": moment, "completed_on": completed_on}
