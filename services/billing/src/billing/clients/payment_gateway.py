"""The payment provider, over its published HTTP API (written down in ``sandbox/README.md``).

Whoever offers that API can be the provider: PAYMENT_GATEWAY_URL and PAYMENT_GATEWAY_API_KEY select it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import BoundedSemaphore
from typing import Any, Literal
from urllib.parse import quote, urlsplit
from uuid import UUID

import msgspec
import requests
from flask import Request
from standardwebhooks import Webhook, WebhookVerificationError

from billing.errors import NotSigned, ProviderUnavailable
from billing.settings import Gateway
from chassis.errors import Malformed, Refusal
from chassis.http_client import HttpClient
from chassis.json_provider import moment
from chassis.money import Money, UnknownCurrency

MESSAGE_LIMIT = 65_536
"""Largest webhook read, in bytes."""

_AT_ONCE = 4
_PATIENCE_SECONDS = 3.0


class Attempt(msgspec.Struct, frozen=True):
    """One try to pay within a session. ``id`` is the provider's reference of the money."""

    id: str
    outcome: Literal["paid", "declined"]
    amount_minor: int
    currency: str
    at: datetime

    @property
    def amount(self) -> Money:
        """What was taken, or would have been."""
        return Money(self.amount_minor, self.currency)


class Session(msgspec.Struct, frozen=True):
    """What the provider knows of one of our checkouts; ``key`` is the checkout's id."""

    id: str
    key: UUID
    url: str
    state: Literal["open", "paid", "expired", "cancelled"]
    attempts: list[Attempt] = []


class Hint(msgspec.Struct, frozen=True):
    """A webhook, verified. It says where to look; what happened is asked of the provider."""

    event_id: str
    type: str
    checkout_id: UUID


class _HintData(msgspec.Struct):
    key: UUID


class _HintBody(msgspec.Struct):
    type: str
    data: _HintData


class _Sessions(msgspec.Struct):
    items: list[Session]


@dataclass(frozen=True)
class Wanted:
    """The session to open for a checkout."""

    checkout_id: UUID
    amount: Money
    description: str
    return_url: str
    cancel_url: str
    expires_at: datetime


class PaymentGateway:
    """Opens and looks up the provider's sessions, and reads its webhooks.

    ``address`` is asked for the API's base URL at the first call. At most a few calls are under way at once: when
    the provider hangs, some of this service's threads stay free. Calls raise ProviderUnavailable.
    """

    def __init__(
        self, gateway: Gateway, address: Callable[[], str], *, timeout: tuple[float, float] = (1.0, 5.0)
    ) -> None:
        self.name = gateway.name
        self._webhook_url = gateway.webhook_url
        self._webhooks = [Webhook(secret.strip()) for secret in gateway.webhook_secret.split(",")]
        self._api_key = gateway.api_key
        self._address = address
        self._timeout = timeout
        self._slots = BoundedSemaphore(_AT_ONCE)

    @cached_property
    def _client(self) -> HttpClient:
        return HttpClient(self._address(), timeout=self._timeout, retries=1, token=lambda: self._api_key)

    def open(self, wanted: Wanted) -> Session:
        """Open the checkout's session, or get the one opened before: its id is the provider's key."""
        body = {
            "key": str(wanted.checkout_id),
            "amount_minor": wanted.amount.minor,
            "currency": wanted.amount.currency,
            "description": wanted.description,
            "return_url": wanted.return_url,
            "cancel_url": wanted.cancel_url,
            "webhook_url": self._webhook_url,
            "expires_at": moment(wanted.expires_at),
        }
        answer = self._call(lambda: self._client.post("/v1/sessions", json=body, idempotent=True))
        session = _read(answer, Session, wanted.checkout_id)
        if urlsplit(session.url).scheme not in ("https", "http"):
            raise ProviderUnavailable()
        return session

    def find(self, checkout_id: UUID, session_id: str | None = None) -> Session | None:
        """What the provider knows of the checkout: by its session's id when known, else by our key.

        None when it knows nothing.
        """
        if session_id is not None:
            path = f"/v1/sessions/{quote(session_id, safe='')}"
            answer = self._call(lambda: self._client.get(path))
            return None if answer.status_code == 404 else _read(answer, Session, checkout_id)
        key = {"key": str(checkout_id)}
        answer = self._call(lambda: self._client.get("/v1/sessions", params=key))
        found = [session for session in _decoded(answer, _Sessions).items if session.key == checkout_id]
        return found[0] if found else None

    def read_webhook(self, request: Request) -> Hint:
        """The hint in a webhook. Raises NotSigned for anything the provider did not sign in the last five minutes."""
        request.max_content_length = MESSAGE_LIMIT
        body = request.get_data(cache=False)
        if not any(_is_signed(webhook, body, dict(request.headers)) for webhook in self._webhooks):
            raise NotSigned()
        try:
            read = msgspec.json.decode(body, type=_HintBody)
        except msgspec.DecodeError:
            raise Malformed("The webhook is not a message of the provider's API.") from None
        return Hint(request.headers["webhook-id"], read.type, read.data.key)

    def _call(self, call: Callable[[], requests.Response]) -> requests.Response:
        if not self._slots.acquire(timeout=_PATIENCE_SECONDS):
            raise ProviderUnavailable()
        try:
            return call()
        except (Refusal, requests.RequestException) as error:
            raise ProviderUnavailable() from error
        finally:
            self._slots.release()


def _is_signed(webhook: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        webhook.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError, UnicodeError):
        return False
    return True


def _read(answer: requests.Response, kind: type[Session], checkout_id: UUID) -> Session:
    session: Session = _decoded(answer, kind)
    if session.key != checkout_id:
        raise ProviderUnavailable()
    return session


def _decoded(answer: requests.Response, kind: type[Any]) -> Any:
    """The answer, if it is what the provider's API promises, down to currencies that exist."""
    if answer.status_code not in (200, 201):
        raise ProviderUnavailable()
    try:
        decoded = msgspec.json.decode(answer.content, type=kind)
        for session in decoded.items if isinstance(decoded, _Sessions) else [decoded]:
            _ = [attempt.amount for attempt in session.attempts]
    except (msgspec.DecodeError, UnknownCurrency):
        raise ProviderUnavailable() from None
    return decoded
