"""Waiting for what happens elsewhere: ask again until it is there, or say that it did not come."""

from collections.abc import Callable
from typing import TypeVar

from star.client import Client
from star.errors import NotInTime

INTERVAL_SECONDS = 0.5
DEADLINE_SECONDS = 180.0

STALLED_SECONDS = 300.0
"""Without any progress for so long, nothing more is to be expected."""

Found = TypeVar("Found")


def until(what: str, client: Client, probe: Callable[[], Found | None], *, seconds: float = DEADLINE_SECONDS) -> Found:
    """The first answer of ``probe`` that is neither None nor False. Raises NotInTime, naming ``what``."""
    deadline = client.clock() + seconds
    while True:
        found = probe()
        if found is not None and found is not False:
            return found
        if client.clock() >= deadline:
            raise NotInTime(f"Waited {seconds:.0f} s for {what}, in vain. The run can be taken up with --resume.")
        client.pause(INTERVAL_SECONDS)


def follow(
    what: str, client: Client, look: Callable[[], tuple[int, int, Found | None]], told: Callable[[int], None]
) -> Found:
    """What ``look`` gives in the end; it says how much is done, of how much, and what it has found.

    ``told`` hears of each tenth, in per cent. Takes as long as it goes on; raises NotInTime when it stands still.
    """
    before, tenth = -1, -1

    def moved() -> tuple[Found | None] | None:
        nonlocal before, tenth
        done, whole, found = look()
        reached = min(10 * done // whole, 10) if whole else 0
        if reached > tenth:
            tenth = reached
            told(10 * tenth)
        if found is None and done == before:
            return None
        before = done
        return (found,)

    while True:
        (found,) = until(what, client, moved, seconds=STALLED_SECONDS)
        if found is not None:
            return found
        client.pause(INTERVAL_SECONDS)
