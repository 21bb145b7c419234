"""One student's standing in all their courses, and what its figures mean; the words are served with them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from analytics.rules import definitions
from analytics.rules.partner.learning import Standing, per_cent

TREND = (
    "The mean, over the courses with two scores or more, of the latest score less the first, in percentage points. "
    f"Improving from {definitions.TREND_POINTS} upwards, declining from -{definitions.TREND_POINTS} downwards, stable "
    "between; unknown while no course has two scores."
)
DEFINITIONS = {
    "average_score": (
        "The mean of the latest score in each course, as a percentage of the best possible one; a result without a "
        "best possible one has none. Whoever recorded them."
    ),
    "score_change": TREND,
    "performance_trend": TREND,
    "at_risk": definitions.AT_RISK,
}


def standing(student_id: UUID, courses: Sequence[Any]) -> Standing:
    """What these courses come to; of each ``completed``, the ``number`` of scores, and the ``first`` and ``latest``."""
    scored = [course for course in courses if course.number]
    repeated = [course for course in scored if course.number > 1]
    return Standing(
        student_id,
        begun=len(courses),
        completed=sum(course.completed for course in courses),
        scored=len(scored),
        latest=sum(course.latest for course in scored),
        repeated=len(repeated),
        gain=sum(course.latest - course.first for course in repeated),
    )


def change(course: Any) -> float | None:
    """What was gained in a course from the first score to the latest, in percentage points."""
    return per_cent(course.latest - course.first) if course.number > 1 else None
