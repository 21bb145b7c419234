"""How a student stands in a course, and what that comes to over several.

Scores are points, hundredths of a per cent of the best possible one, and rounded as where partners see the figures of
all their students: the same results are the same number there.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

NOT_STARTED, IN_PROGRESS, COMPLETED = "not_started", "in_progress", "completed"
STANDINGS = (NOT_STARTED, IN_PROGRESS, COMPLETED)

_MOST = 10_000
_PER_CENT = 100


def points(score: Decimal | None, max_score: Decimal | None) -> int | None:
    """The score in points, 0 to 10,000; None without a score or without the best possible one."""
    if score is None or not max_score or max_score < 0:
        return None
    share = min(max(score / max_score, Decimal(0)), Decimal(1))
    return int((share * _MOST).quantize(Decimal(1), ROUND_HALF_UP))


def average(latest: Iterable[int]) -> int | None:
    """A student's mean of these points, halves upwards; None of none."""
    known = list(latest)
    return (2 * sum(known) + len(known)) // (2 * len(known)) if known else None


def per_cent(total: int | None, count: int = 1) -> Decimal | None:
    """Points, or their mean over ``count``, in per cent with one decimal, halves to the even side; None of none."""
    return None if total is None or count == 0 else one_decimal(Fraction(total, _PER_CENT * count))


def one_decimal(value: Fraction) -> Decimal:
    """With one decimal, halves to the even side."""
    return Decimal(round(value * 10)) / 10


def course_standing(row: Mapping[str, Any]) -> dict[str, Any]:
    """``progress_percent``, ``current_score`` (the latest) and ``status`` of one course; ``points`` are the score's."""
    done = row["completed_on"] is not None
    found = points(row["last_score"], row["last_max_score"])
    return {
        "id": row["course_id"],
        "title": row["title"],
        "progress_percent": 100 if done else round(row["percent"] or Decimal(0), 1),
        "points": found,
        "current_score": per_cent(found),
        "status": COMPLETED if done else IN_PROGRESS if row["started"] else NOT_STARTED,
    }


def performance(courses: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Mean of the latest scores of each course, how many are completed and how many begun and not completed."""
    standings = list(courses)
    states = [course["status"] for course in standings]
    return {
        "average_score": per_cent(average(course["points"] for course in standings if course["points"] is not None)),
        "courses_completed": states.count(COMPLETED),
        "courses_in_progress": states.count(IN_PROGRESS),
    }
