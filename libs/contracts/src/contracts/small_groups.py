"""Small groups are not told when that would tell about a person who did not agree.

Totals are always public, so a single withheld group could be had by subtracting the others. Groups are therefore
withheld until what subtraction gives is again a group worth hiding in (docs/decisions/0009).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

SMALL_GROUP = 5
"""A figure about people is told for fewer than this only when each of them consented."""


class Group(NamedTuple):
    """One cell of a breakdown: how many people, and whether every one of them lets us tell."""

    people: int
    all_consent: bool

    @property
    def is_too_small(self) -> bool:
        """Whether it has fewer than five people, one of whom did not consent."""
        return 0 < self.people < SMALL_GROUP and not self.all_consent


def withheld(groups: Mapping[str, Group]) -> frozenset[str]:
    """The cells not to be told.

    First each that is too small. Then the next smallest, one by one, until at least two cells and five people are
    withheld together, or nothing is left. Cells without people hide nobody and are never withheld.
    """
    by_size = sorted((group.people, key) for key, group in groups.items() if group.people)
    hidden = [key for _, key in by_size if groups[key].is_too_small]
    rest = [key for _, key in by_size if not groups[key].is_too_small]
    while hidden and rest and not _is_crowd(groups[key].people for key in hidden):
        hidden.append(rest.pop(0))
    return frozenset(hidden)


def _is_crowd(sizes: Iterable[int]) -> bool:
    people = list(sizes)
    return len(people) > 1 and sum(people) >= SMALL_GROUP
