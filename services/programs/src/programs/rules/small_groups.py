"""Small groups are not told when that would tell about a person who did not agree.

Totals are always public, so a single withheld group could be had by subtracting the others. Groups are therefore
withheld until what subtraction gives is again a group worth hiding in (docs/decisions/0009).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

SMALL_GROUP = 5


class Group(NamedTuple):
    """One cell of a breakdown: how many people, and how many of them let us tell."""

    people: int
    consenting: int

    @property
    def is_too_small(self) -> bool:
        """Whether it has fewer than five people, one of whom did not consent."""
        return 0 < self.people < SMALL_GROUP and self.consenting < self.people


def breakdown(members: Iterable[tuple[str, bool]]) -> dict[str, int | None]:
    """Cell to its number of people, None for one that is withheld; ``members`` are (cell, consents), one a person."""
    groups: dict[str, Group] = {}
    for key, consents in members:
        people, consenting = groups.get(key, Group(0, 0))
        groups[key] = Group(people + 1, consenting + consents)
    hidden = withheld(groups)
    return {key: None if key in hidden else group.people for key, group in sorted(groups.items(), key=_order)}


def withheld(groups: Mapping[str, Group]) -> set[str]:
    """The cells not to be told.

    First each that is too small. Then the next smallest, one by one, until at least two cells and five people are
    withheld together, or nothing is left.
    """
    by_size = sorted(groups, key=lambda key: (groups[key].people, key))
    hidden = [key for key in by_size if groups[key].is_too_small]
    rest = [key for key in by_size if key not in hidden]
    while hidden and rest and not _is_crowd([groups[key] for key in hidden]):
        hidden.append(rest.pop(0))
    return set(hidden)


def _is_crowd(groups: list[Group]) -> bool:
    return len(groups) > 1 and sum(group.people for group in groups) >= SMALL_GROUP


def _order(item: tuple[str, Group]) -> tuple[bool, int, str]:
    """Numbers first, in their order."""
    key = item[0]
    return (not key.isdecimal(), int(key) if key.isdecimal() else 0, key)
