"""What the students of a program have come to, together."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from programs.rules.course_standing import mean
from programs.rules.small_groups import Group


class Reached(NamedTuple):
    """What one student has reached in one course; ``score`` is the latest, 0 to 100."""

    student_id: UUID
    score: Decimal | None
    completed: bool


def figures(
    reached: Sequence[Reached], *, people: int, courses: int, consenting: Collection[UUID]
) -> dict[str, Decimal | int | None]:
    """``average_score``: mean of the latest score of each student in each course; ``completion_rate``: courses
    completed of those there are to complete, every course of the program for each student; when it names none,
    each that a student has begun (percent, to one decimal).

    None when there is nothing to count, the score also when it is of fewer than five people, one of whom did not
    consent (docs/decisions/0009).
    """
    scored = {one.student_id for one in reached if one.score is not None}
    group = Group(len(scored), len(scored & set(consenting)))
    scores = [] if group.is_too_small else [one.score for one in reached if one.score is not None]
    wanted = people * courses if courses else len(reached)
    done = sum(one.completed for one in reached)
    rate: Any = round(Decimal(100 * done) / wanted, 1) if wanted else None
    return {"average_score": mean(scores), "completion_rate": rate}
