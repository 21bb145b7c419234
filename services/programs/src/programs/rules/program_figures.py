"""What the students of a program have come to, together."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from contracts.small_groups import Group
from programs.rules.course_standing import average, one_decimal, per_cent


class Reached(NamedTuple):
    """What one student has reached in one course begun; ``points`` are of the latest score."""

    student_id: UUID
    points: int | None
    completed: bool


def figures(reached: Sequence[Reached], consenting: Collection[UUID]) -> dict[str, Decimal | None]:
    """``average_score``: the mean of the students' own averages; ``completion_rate``: completed of the courses begun,
    one student in one course counting once (both in per cent, with one decimal).

    None when there is nothing to count, the score also when it is of fewer than five people, one of whom did not
    consent (docs/decisions/0009).
    """
    latest: dict[UUID, list[int]] = defaultdict(list)
    for one in reached:
        if one.points is not None:
            latest[one.student_id].append(one.points)
    group = Group(len(latest), all(student in consenting for student in latest))
    averages = [] if group.is_too_small else [average(points) or 0 for points in latest.values()]
    done = sum(one.completed for one in reached)
    rate = one_decimal(Fraction(100 * done, len(reached))) if reached else None
    return {"average_score": per_cent(sum(averages), len(averages)), "completion_rate": rate}
