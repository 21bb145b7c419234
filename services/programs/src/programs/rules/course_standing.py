"""How a student stands in a course, and what that comes to over several."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

NOT_STARTED, IN_PROGRESS, COMPLETED = "not_started", "in_progress", "completed"
STANDINGS = (NOT_STARTED, IN_PROGRESS, COMPLETED)


def score_percent(score: Decimal | None, max_score: Decimal | None) -> Decimal | None:
    """The score from 0 to 100: of the most that could be had, when that is known, otherwise as it was given."""
    if score is None:
        return None
    return round(100 * score / max_score, 2) if max_score else round(score, 2)


def course_standing(row: Mapping[str, Any]) -> dict[str, Any]:
    """``progress_percent``, ``current_score`` (the latest) and ``status`` of one course."""
    done = row["completed_on"] is not None
    percent = 100 if done else round(row["percent"] or Decimal(0), 1)
    return {
        "id": row["course_id"],
        "title": row["title"],
        "progress_percent": percent,
        "current_score": score_percent(row["last_score"], row["last_max_score"]),
        "status": COMPLETED if done else IN_PROGRESS if row["started"] else NOT_STARTED,
    }


def performance(courses: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Mean of the latest scores of each course, how many are completed and how many begun and not completed."""
    standings = list(courses)
    scores = [course["current_score"] for course in standings if course["current_score"] is not None]
    states = [course["status"] for course in standings]
    return {
        "average_score": mean(scores),
        "courses_completed": states.count(COMPLETED),
        "courses_in_progress": states.count(IN_PROGRESS),
    }


def mean(scores: list[Decimal]) -> Decimal | None:
    """The arithmetic mean to two decimals; None of nothing."""
    return round(sum(scores, Decimal(0)) / len(scores), 2) if scores else None
