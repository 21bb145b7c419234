"""Completion, counted from enrolments gathered by when they began, were completed and were left."""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.rules.rates import rate


@dataclass(frozen=True)
class Enrolled:
    """``count`` enrolments of one group that began, were done and were left within these buckets of time."""

    group: str
    began: int
    done: int | None
    left: int | None
    count: int
    placed: int | None = None


@dataclass(frozen=True)
class Completion:
    """Enrolments not withdrawn, those of them completed, and those of the completed whose student found work."""

    enrolled: int
    completed: int
    placed: int = 0

    @property
    def rate(self) -> float | None:
        """Completed of enrolled, in per cent."""
        return rate(self.completed, self.enrolled)

    @property
    def placement_rate(self) -> float | None:
        """Placed of completed, in per cent."""
        return rate(self.placed, self.completed)


def completion(enrolled: Iterable[Enrolled], bucket: int, *, first: int = 0) -> Completion:
    """As it stood at the end of ``bucket``, of the enrolments that began in ``first`` or later."""
    total = completed = placed = 0
    for each in enrolled:
        if not first <= each.began <= bucket or _by(each.left, bucket):
            continue
        total += each.count
        if _by(each.done, bucket):
            completed += each.count
            placed += each.count if _by(each.placed, bucket) else 0
    return Completion(total, completed, placed)


def _by(when: int | None, bucket: int) -> bool:
    return when is not None and when <= bucket
