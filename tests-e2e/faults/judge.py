"""Compares what was committed with what came of it. Knows no database: rows in, a verdict out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Written(NamedTuple):
    """One committed event: its number in the run, and its subject's own count."""

    number: int
    subject: str
    counter: int


class Effect(NamedTuple):
    """One row the listener appended, with the position the event had in its source's outbox."""

    number: int
    subject: str
    counter: int
    position: int


@dataclass(frozen=True)
class Verdict:
    """How many events broke each promise; all zero is what we promise."""

    lost: int
    """Committed, no effect."""
    twice: int
    """Effects beyond an event's first."""
    disordered: int
    """Effects that came after an effect of a later event of the same subject."""
    invented: int
    """Effects of what nobody committed, or with other facts than were committed."""
    forgotten: int
    """Events whose writer was told they are committed, and that the database no longer has."""
    dead: int
    """Events given up on."""
    owed: int
    """Deliveries the outbox still owes, and inbox rows still open."""

    @property
    def holds(self) -> bool:
        return self == Verdict(0, 0, 0, 0, 0, 0, 0)


def judge(
    written: Iterable[Written], effects: Sequence[Effect], told: Iterable[int], dead: int = 0, owed: int = 0
) -> Verdict:
    """``effects`` are in the order in which they took effect; ``told`` are the numbers noted as committed."""
    facts = {row.number: row for row in written}
    times = Counter(effect.number for effect in effects)
    return Verdict(
        lost=len(facts.keys() - times.keys()),
        twice=sum(count - 1 for count in times.values()),
        disordered=_disordered(effects),
        invented=sum(1 for effect in effects if facts.get(effect.number) != Written(*effect[:3])),
        forgotten=len(set(told) - facts.keys()),
        dead=dead,
        owed=owed,
    )


def _disordered(effects: Sequence[Effect]) -> int:
    """Only first effects count here: a repeat is wrong for another reason."""
    seen: set[int] = set()
    latest: dict[str, tuple[int, int]] = {}
    disordered = 0
    for effect in effects:
        if effect.number in seen:
            continue
        seen.add(effect.number)
        counter, position = latest.get(effect.subject, (-1, -1))
        disordered += effect.counter < counter or effect.position < position
        latest[effect.subject] = max(counter, effect.counter), max(position, effect.position)
    return disordered
