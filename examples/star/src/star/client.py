"""A polite client of the API: every request may be repeated, and is, until it is answered.

A POST carries the same ``Idempotency-Key`` each time, so that repeating it is one effect, whatever was killed in
between. 429 and 503 are waited out as long as ``Retry-After`` asks.
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import requests

from star.errors import NotInTime, Refused

CONNECT_SECONDS, READ_SECONDS = 3.05, 60.0
PATIENCE_SECONDS = 120.0
"""How long one request is repeated before giving up: longer than any process needs to start again."""

_FIRST_WAIT, _LONGEST_WAIT = 0.2, 3.0
_PASSING = frozenset({429, 502, 503, 504})
_IN_FLIGHT = "idempotency_key_in_flight"


class Client:
    """Speaks to one base URL. ``pause`` and ``clock`` are the world's time unless a test brings its own."""

    def __init__(
        self,
        base_url: str,
        *,
        patience: float = PATIENCE_SECONDS,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.pause, self.clock = pause, clock
        self._patience = patience
        self._session = requests.Session()

    def send(
        self, method: str, path: str, *, key: str | None = None, token: str | None = None, **options: Any
    ) -> requests.Response:
        """The answer, once there is one that says more than "not now". Raises Refused and NotInTime.

        ``path`` may also be a whole address, as a browser's is.
        """
        headers = {**options.pop("headers", {})}
        if key:
            headers["Idempotency-Key"] = key
        if token:
            headers["Authorization"] = f"Bearer {token}"
        answer = self._persist(method, urljoin(f"{self.base_url}/", path), headers=headers, **options)
        if answer.status_code >= 400:
            raise _refusal(method, path, answer)
        return answer

    def _persist(self, method: str, url: str, **options: Any) -> requests.Response:
        deadline, wait = self.clock() + self._patience, _FIRST_WAIT
        while True:
            outcome, asked = self._try(method, url, **options)
            if isinstance(outcome, requests.Response):
                return outcome
            if self.clock() >= deadline:
                raise NotInTime(
                    f"{method} {url}: no answer in {self._patience:.0f} s ({outcome}). Is `make up` running?"
                )
            self.pause(asked if asked is not None else wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    def _try(self, method: str, url: str, **options: Any) -> tuple[requests.Response | str, float | None]:
        """The answer, or what was in the way and how long the server asks to wait."""
        try:
            answer = self._session.request(
                method, url, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, **options
            )
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            return type(error).__name__, None
        if answer.status_code in _PASSING or (answer.status_code == 409 and _code(answer) == _IN_FLIGHT):
            return f"{answer.status_code}", _retry_after(answer)
        return answer, None


def _retry_after(answer: requests.Response) -> float | None:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None


def _code(answer: requests.Response) -> str:
    return str(_problem(answer).get("code", ""))


def _problem(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _refusal(method: str, path: str, answer: requests.Response) -> Refused:
    problem = _problem(answer)
    said = problem.get("detail") or problem.get("title") or answer.reason
    fields = "; ".join(f"{error.get('field')}: {error.get('message')}" for error in problem.get("errors") or [])
    words = f"{said} ({fields})" if fields else str(said)
    return Refused(f"{method} {path}", answer.status_code, str(problem.get("code", "")), words)
