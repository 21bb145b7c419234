"""Sessions that have ended before their tokens: asked of identity twice a second, kept as long as a token can live."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog

from chassis.errors import Refusal

log = structlog.get_logger()

POLL_SECONDS = 0.5
KEEP_SECONDS = 3600.0


class Revocations:
    """``fetch(cursor)`` asks identity for what changed since; ``run`` keeps asking in a thread of its own."""

    def __init__(self, fetch: Callable[[str], dict[str, Any]]) -> None:
        self._fetch = fetch
        self._cursor = ""
        self._ended: dict[str, float] = {}
        self.heard_at = float("-inf")

    def holds(self, session_id: UUID | None) -> bool:
        """Whether this session was ended."""
        return str(session_id) in self._ended

    def poll(self) -> None:
        """Ask once. Raises Refusal when identity does not answer."""
        answer = self._fetch(self._cursor)
        now = time.monotonic()
        self._ended.update(dict.fromkeys(answer["revoked"], now))
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
