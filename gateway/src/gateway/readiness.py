"""Whether the gateway lives and is ready, and how it finds the services behind it."""

import time
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import requests
from flask import Flask, Response, jsonify

from chassis.errors import Busy
from chassis.rendering import answer
from gateway.revocations import Revocations
from gateway.settings import Settings

STALE_SECONDS = 10.0
FRESH_SECONDS = 1.0
"""How long an answer of the services is told again: anybody may ask, and each answer costs every service a query."""


def install(app: Flask, settings: Settings, revocations: Revocations) -> None:
    """Add ``/healthz`` and ``/readyz``. A service that is away is told, it does not close the whole door."""

    services = _Services(settings.service_urls)

    def ready() -> Response:
        if time.monotonic() - revocations.heard_at > STALE_SECONDS:
            return answer(Busy("Identity has not been heard of; sessions cannot be checked."))
        return jsonify(status="ready", services=services.states())

    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ok"))
    app.add_url_rule("/readyz", "readyz", ready)


class _Services:
    """How the services are, asked all at once and by one thread at a time."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls
        self._lock = Lock()
        self._asked_at = float("-inf")
        self._states: dict[str, Any] = {}

    def states(self) -> dict[str, Any]:
        """By name, at most a second old; while they are being asked, what they said before.

        Else a service that hangs would, with the help of a few who ask us, hold every thread that decides.
        """
        if self._lock.acquire(blocking=not self._states):
            try:
                if time.monotonic() - self._asked_at > FRESH_SECONDS:
                    self._states = dict(zip(self._urls, _ask(self._urls.values()), strict=True))
                    self._asked_at = time.monotonic()
            finally:
                self._lock.release()
        return self._states


def _ask(urls: Collection[str]) -> list[Any]:
    with ThreadPoolExecutor(max_workers=len(urls)) as pool:
        return list(pool.map(_state, urls))


def _state(url: str) -> Any:
    try:
        response = requests.get(f"{url}/readyz", timeout=(1, 2))
        return response.json() if response.ok else {"status": "not ready"}
    except (requests.RequestException, ValueError):
        return {"status": "away"}
