"""Two test runs in one production world: the host starts it, a guest plays beside it; what breaks it waits until then.

Most of what a story takes is waiting for others, so that two at a time take little longer than one. They meet in a
folder of whoever starts both runs: the host leaves word of the world in it, and hears there that the guest has left.
"""

import pickle
from pathlib import Path

from world.production import START_SECONDS, Production
from world.system import eventually

_WORD = "world"
LEFT, ENDED = "guest-left", "host-ended"
"""Files that are made when a run has ended, however it ended, by who has started it."""

PATIENCE = 1200.0
"""Seconds until even the slowest guest has left."""


def invite(folder: Path, world: Production) -> None:
    """Tell a guest of a world that is up."""
    half = folder / f"{_WORD}.half"
    half.touch(0o600)  # with the world's secrets
    half.write_bytes(pickle.dumps(world))
    half.rename(folder / _WORD)


def wait_until_left(folder: Path) -> None:
    """Return when the guest has left."""
    eventually((folder / LEFT).exists, "the guest leaves", PATIENCE)


def visit(folder: Path) -> Production:
    """The world of the host, as soon as it is up: to be used and looked into, not to be stopped or broken."""

    def told() -> bool:
        assert not (folder / ENDED).exists(), "the host's world did not start"
        return (folder / _WORD).exists()

    eventually(told, "the host's world is up", 2 * START_SECONDS)
    world: Production = pickle.loads((folder / _WORD).read_bytes())  # noqa: S301 - our own
    world.trust()
    return world
