"""How many people there are of each kind, small groups withheld."""

from collections import Counter
from collections.abc import Iterable

from contracts.small_groups import Group, withheld


def breakdown(members: Iterable[tuple[str, bool]]) -> dict[str, int | None]:
    """Cell to its number of people, None for one that is withheld; ``members`` are (cell, consents), one a person."""
    people: Counter[str] = Counter()
    consenting: Counter[str] = Counter()
    for cell, consents in members:
        people[cell] += 1
        consenting[cell] += consents
    hidden = withheld({cell: Group(number, consenting[cell] == number) for cell, number in people.items()})
    return {cell: None if cell in hidden else people[cell] for cell in sorted(people, key=_place)}


def _place(cell: str) -> tuple[bool, int, str]:
    """Numbers first, in their order."""
    return (not cell.isdecimal(), int(cell) if cell.isdecimal() else 0, cell)
