"""What a check says: points that hold, that should be looked at, or that fail."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chassis.database import Database

State = Literal["ok", "warn", "FAIL"]

PROBE_SECONDS = 3.0
"""How long one question to a neighbour may take."""


@dataclass(frozen=True)
class Point:
    """One line of the checklist: ``why`` says what was seen, ``do`` what to do about it. Neither holds a secret."""

    name: str
    state: State
    why: str
    do: str = ""


@dataclass(frozen=True)
class Situation:
    """What a check may look at. ``database`` is None for a process without one."""

    name: str
    settings: Any
    environ: Mapping[str, str]
    database: Database | None = None

    @property
    def is_production(self) -> bool:
        """Whether UFADHILI_ENV says so."""
        return bool(self.settings.environment == "production")


Check = Callable[[Situation], Iterable[Point]]
"""Looks at one thing and says what it saw. What it raises becomes a point that fails."""


def ok(name: str, why: str) -> Point:
    """It holds."""
    return Point(name, "ok", why)


def warn(name: str, why: str, do: str) -> Point:
    """It works, but somebody should look at it."""
    return Point(name, "warn", why, do)


def fail(name: str, why: str, do: str) -> Point:
    """It does not hold."""
    return Point(name, "FAIL", why, do)
