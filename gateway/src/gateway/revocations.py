"""Sessions that have ended before their tokens: asked of identity twice a second, kept as long as a token can live."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog

from chassis.errors import Refusal
from chassis.telemetry import Figure

log = structlog.get_logger()

AGE = Figure("gateway_revocations_age_seconds", "Time since identity told which sessions have ended.")

POLL_SECONDS = 0.5
KEEP_SECONDS = 3600.0


class Revocations:
    """``fetch(cursor)`` asks identity for what changed since; ``run`` keeps asking in a thread of its own."""

    def __init__(self, fetch: Callable[[str], dict[str, Any]]) -> None:
        self._fetch = fetch
        self._cursor = ""
        self._ended: dict[UUID, float] = {}
        self._began = time.monotonic()
        self.heard_at = float("-inf")

    @property
    def age(self) -> float:
        """Seconds since identity was heard, or since we began to ask."""
        return time.monotonic() - max(self.heard_at, self._began)

    def holds(self, session_id: UUID | None) -> bool:
        """Whether this session was ended."""
        return session_id in self._ended

    def poll(self) -> None:
        """Ask once. Raises Refusal when identity does not answer."""
        answer = self._fetch(self._cursor)
        now = time.monotonic()
        self._ended.update(dict.fromkeys(map(UUID, answer["revoked"]), now))
        self._cursor = answer["cursor"]
        self.heard_at = now
        for session_id in [known for known, since in self._ended.items() if now - since > KEEP_SECONDS]:
            del self._ended[session_id]

    def run(self, stop: threading.Event) -> None:
        """Poll until told to stop; an identity that is away is asked again."""
        silent = False
        while not stop.is_set():
            try:
                self.poll()
                silent = False
            except Refusal:
                if not silent:
                    log.warning("revocations_unavailable")
                silent = True
            stop.wait(POLL_SECONDS)
