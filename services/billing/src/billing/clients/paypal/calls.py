"""The calls to PayPal. Each that changes something carries an id of ours, so that repeating it changes no more."""

from collections.abc import Callable
from typing import Any

import requests

from billing.clients.payment_gateway import Bearer, Slots
from billing.clients.paypal.words import Token, decoded
from billing.settings import Paypal
from chassis.http_client import HttpClient


class Calls:
    """Raises ProviderUnavailable when there is no answer that makes sense, PaypalRefused when PayPal declines."""

    def __init__(self, settings: Paypal, timeout: tuple[float, float]) -> None:
        self._slots = Slots()
        basic = (settings.client_id, settings.client_secret)
        self._login = HttpClient(settings.url, timeout=timeout, retries=1, auth=basic)
        self._bearer = Bearer(self._fetch_token)
        self._client = HttpClient(settings.url, timeout=timeout, retries=1, token=self._bearer)

    def get(self, path: str, kind: type[Any], **params: str) -> Any:
        """GET, as ``kind``."""
        return self._call(lambda: self._client.get(path, params=params), kind)

    def post(self, path: str, kind: type[Any], body: dict[str, Any], request_id: str) -> Any:
        """POST, as ``kind``; PayPal answers the same to the same id."""
        headers = {"PayPal-Request-Id": request_id, "Prefer": "return=representation"}
        return self._call(lambda: self._client.post(path, json=body, headers=headers, idempotent=True), kind)

    def _call(self, send: Callable[[], requests.Response], kind: type[Any]) -> Any:
        answer = self._slots.call(send)
        if answer.status_code == 401:
            # A token can end before its time.
            self._bearer.forget()
            answer = self._slots.call(send)
        return decoded(answer, kind)

    def _fetch_token(self) -> tuple[str, int]:
        answer = self._login.post("/v1/oauth2/token", data={"grant_type": "client_credentials"}, idempotent=True)
        token: Token = decoded(answer, Token)
        return token.access_token, token.expires_in
