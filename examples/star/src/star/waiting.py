"""Waiting for what happens elsewhere: ask again until it is there, or say that it did not come."""

from collections.abc import Callable
from typing import TypeVar

from star.client import Client
from star.errors import NotInTime

INTERVAL_SECONDS = 0.5
DEADLINE_SECONDS = 180.0

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
