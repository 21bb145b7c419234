"""How services speak to each other: short client-credentials tokens, one an audience, renewed before they end."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any

import requests

from chassis.auth import Jwks
from chassis.errors import Busy

_TIMEOUT = (2, 5)
_MARGIN_SECONDS = 30.0


class ServiceTokens:
    """Fetches and keeps this service's own tokens. ``audience`` of a token is the service that is called."""

    def __init__(self, identity_url: str, client_id: str, client_secret: str) -> None:
        self._url = f"{identity_url}/internal/token"
        self._credentials = (client_id, client_secret)
        self._tokens: dict[str, tuple[str, float]] = {}
        self._lock = Lock()

    def for_audience(self, audience: str) -> Callable[[], str]:
        """A callable that gives a token accepted by ``audience``. It raises Busy when identity does not answer."""
        return lambda: self._token(audience)

    def _token(self, audience: str) -> str:
        with self._lock:
            token, ends = self._tokens.get(audience, ("", 0.0))
            if time.monotonic() >= ends:
                token, ends = self._fetch(audience)
                self._tokens[audience] = (token, ends)
            return token

    def _fetch(self, audience: str) -> tuple[str, float]:
        form = {"grant_type": "client_credentials", "audience": audience}
        answer = _ask(lambda: requests.post(self._url, data=form, auth=self._credentials, timeout=_TIMEOUT))
        return answer["access_token"], time.monotonic() + float(answer["expires_in"]) - _MARGIN_SECONDS


def jwks_of(identity_url: str) -> Callable[[], Jwks]:
    """A callable that fetches the published keys of identity."""
    return lambda: _ask(lambda: requests.get(f"{identity_url}/.well-known/jwks.json", timeout=_TIMEOUT))


def _ask(call: Callable[[], requests.Response]) -> dict[str, Any]:
    try:
        answer = call()
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError):
        raise Busy("The sign-in service does not answer; try again shortly.") from None
    return body
