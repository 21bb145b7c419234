"""A provider's access token, fetched when there is none and kept until shortly before its end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from chassis.clock import now

_MARGIN = timedelta(seconds=60)


class Bearer:
    """``fetch`` gives a token and the seconds it is good for; its errors pass through."""

    def __init__(self, fetch: Callable[[], tuple[str, int]]) -> None:
        self._fetch = fetch
        self._lock = Lock()
        self._token = ""
        self._until: datetime | None = None

    def __call__(self) -> str:
        """The token to send now."""
        with self._lock:
            if self._until is None or now() >= self._until:
                token, seconds = self._fetch()
                self._token, self._until = token, now() + max(timedelta(seconds=seconds) - _MARGIN, timedelta())
            return self._token

    def forget(self) -> None:
        """The provider no longer takes it."""
        with self._lock:
            self._until = None
