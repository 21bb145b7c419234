"""Whether the gateway lives and is ready, and how it finds the services behind it."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from flask import Flask, Response, jsonify

from chassis.errors import Busy
from chassis.rendering import answer
from gateway.revocations import Revocations
from gateway.settings import Settings

STALE_SECONDS = 10.0


def install(app: Flask, settings: Settings, revocations: Revocations) -> None:
    """Add ``/healthz`` and ``/readyz``. A service that is away is told, it does not close the whole door."""

    def ready() -> Response:
        if time.monotonic() - revocations.heard_at > STALE_SECONDS:
            return answer(Busy("Identity has not been heard of; sessions cannot be checked."))
        with ThreadPoolExecutor(max_workers=len(settings.service_urls)) as pool:
            states = dict(zip(settings.service_urls, pool.map(_state, settings.service_urls.values()), strict=True))
        return jsonify(status="ready", services=states)

    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ok"))
    app.add_url_rule("/readyz", "readyz", ready)


def _state(url: str) -> Any:
    try:
        response = requests.get(f"{url}/readyz", timeout=(1, 2))
        return response.json() if response.ok else {"status": "not ready"}
    except (requests.RequestException, ValueError):
        return {"status": "away"}
