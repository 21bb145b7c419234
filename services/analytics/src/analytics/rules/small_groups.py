"""Small groups are not told when that would tell about a person who did not agree.

Totals are always public, so a single withheld group could be had by subtracting the others. Groups are therefore
withheld until what subtraction gives is again a group worth hiding in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.rules.definitions import SMALL_GROUP


@dataclass(frozen=True)
class Group:
    """One cell of a breakdown: how many people, and whether every one of them lets us tell."""

    key: str
    people: int
    all_consent: bool


def is_too_small(group: Group) -> bool:
    """Whether it has fewer than five people, one of whom did not consent."""
    return 0 < group.people < SMALL_GROUP and not group.all_consent


def withheld(groups: Sequence[Group]) -> frozenset[str]:
    """The keys of the groups not to be told.

    First each with fewer than five people one of whom did not consent. Then the next smallest, one by one, until
    at least two groups and five people are withheld together, or nothing is left. Groups without people hide
    nobody and are never withheld.
    """
    peopled = sorted((group for group in groups if group.people), key=lambda group: (group.people, group.key))
    hidden = [group for group in peopled if is_too_small(group)]
    rest = [group for group in peopled if group not in hidden]
    while hidden and rest and not _is_crowd(hidden):
        hidden.append(rest.pop(0))
    return frozenset(group.key for group in hidden)


def _is_crowd(groups: Sequence[Group]) -> bool:
    return len(groups) > 1 and sum(group.people for group in groups) >= SMALL_GROUP
