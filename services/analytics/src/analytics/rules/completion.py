"""Completion and placement of enrolments at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.rules.rates import rate


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


def completion(standing: Mapping[str, int]) -> Completion:
    """From the measures of that name, as they stand."""
    return Completion(standing.get("enrolled", 0), standing.get("completed", 0), standing.get("placed", 0))
