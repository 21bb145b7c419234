"""Who is at risk of not completing; the rule in words is ``definitions.AT_RISK``."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from analytics.rules.definitions import LOW_SHARE, QUIET_DAYS

NO_RECENT_RESULT = "no_recent_result"
LOW_AND_FALLING = "low_and_falling"


@dataclass(frozen=True)
class Learner:
    """An enrolment that is neither completed nor withdrawn."""

    student_id: UUID
    enrolled_on: date
    last_result_on: date | None
    last_activity_on: date | None = None

    @property
    def quiet_since(self) -> date:
        """The day of the last result or activity, or of the enrolment when there is none."""
        return max((day for day in (self.last_result_on, self.last_activity_on) if day), default=self.enrolled_on)


@dataclass(frozen=True)
class Score:
    """A student's latest score in a course, and the one before it."""

    student_id: UUID
    course_id: UUID
    latest: Decimal
    previous: Decimal | None


def reasons(
    learners: Sequence[Learner], scores: Sequence[Score], *, running: bool, today: date
) -> Mapping[UUID, list[str]]:
    """Student to why they are at risk; those who are not are left out."""
    falling = _low_and_falling(scores)
    found: dict[UUID, list[str]] = {}
    for learner in learners:
        why = []
        if running and today - learner.quiet_since > timedelta(days=QUIET_DAYS):
            why.append(NO_RECENT_RESULT)
        if learner.student_id in falling:
            why.append(LOW_AND_FALLING)
        if why:
            found[learner.student_id] = why
    return found


def _low_and_falling(scores: Sequence[Score]) -> set[UUID]:
    courses: dict[UUID, list[Score]] = defaultdict(list)
    for score in scores:
        courses[score.course_id].append(score)
    return {
        score.student_id
        for of_course, low in ((found, _low_mark(found)) for found in courses.values())
        for score in of_course
        if score.previous is not None and score.latest < score.previous and score.latest <= low
    }


def _low_mark(scores: Sequence[Score]) -> Decimal:
    """The greatest of the lowest quarter (nearest rank). Below four scores there is no quarter, and nothing is low."""
    ordered = sorted(score.latest for score in scores)
    rank = len(ordered) // LOW_SHARE
    return ordered[rank - 1] if rank else Decimal("-Infinity")
