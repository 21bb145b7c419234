"""What a program has come to, day by day: how many had come, how many had completed a course."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from contracts.small_groups import SMALL_GROUP
from programs.rules.timeline import Happened

MARKS = (SMALL_GROUP, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000)
"""Numbers of students worth telling; none so small that it tells of somebody."""


def enrolment_marks(days: Sequence[date], target: int) -> Iterator[Happened]:
    """The days on which as many students had come as a mark says, or as were wanted; ``days`` in order."""
    for mark in sorted({*MARKS, target}):
        if mark <= len(days) and (mark >= SMALL_GROUP or len(days) >= SMALL_GROUP):
            yield Happened(days[mark - 1], f"{mark} students enrolled")


def completion_marks(days: Mapping[str, Iterable[date]]) -> Iterator[Happened]:
    """The days on which as many had completed a course as a mark says; course title to days of completion."""
    for title, completed in days.items():
        ordered = sorted(completed)
        for mark in MARKS:
            if mark <= len(ordered):
                yield Happened(ordered[mark - 1], f"{mark} students completed {title}")
