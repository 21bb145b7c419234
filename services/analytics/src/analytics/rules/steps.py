"""Figures as steps: by how much something changes within a bucket of time. What stands is the sum up to there."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Step:
    """``measure`` of ``group`` changes by ``number`` within ``bucket`` (0: before the first month of a series)."""

    group: str
    measure: str
    bucket: int
    number: Decimal


def standing(steps: Iterable[Step], last: int) -> list[Mapping[str, int]]:
    """Measure to what it comes to, at the end of each bucket from 1 to ``last``, of all groups together."""
    changes: list[Counter[str]] = [Counter() for _ in range(last + 1)]
    for step in steps:
        changes[min(max(step.bucket, 0), last)][step.measure] += int(step.number)
    states: list[Mapping[str, int]] = []
    now = changes[0]
    for change in changes[1:]:
        now.update(change)
        states.append(Counter(now))
    return states


def final(steps: Iterable[Step]) -> dict[str, Counter[str]]:
    """Group to measure to what it comes to in the end."""
    groups: dict[str, Counter[str]] = {}
    for step in steps:
        groups.setdefault(step.group, Counter())[step.measure] += int(step.number)
    return groups
