"""The calls to the provider's API."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import requests
from flask import Request

from billing.clients.payment_gateway.slots import Slots
from billing.clients.payment_gateway.webhooks import Webhooks
from billing.clients.payment_gateway.words import (
    Hint,
    Moved,
    Movements,
    Refund,
    Refunds,
    RefundSought,
    RefundWanted,
    Session,
    Sessions,
    Wanted,
    decoded,
)
from billing.errors import ProviderUnavailable, RefundDeclined
from billing.settings import Gateway
from chassis.http_client import HttpClient
from chassis.json_provider import moment
from chassis.money import Money

_PAGE = 500


class PaymentGateway:
    """Opens and looks up the provider's sessions and refunds, and reads its webhooks.

    ``address`` is asked for the API's base URL at the first call. At most a few calls are under way at once: when
    the provider hangs, some of this service's threads stay free. Calls raise ProviderUnavailable.
    """

    asks_phone = False

    def __init__(
        self, gateway: Gateway, address: Callable[[], str], *, timeout: tuple[float, float] = (1.0, 5.0)
    ) -> None:
        self.name = gateway.name
        self.leads_away = not gateway.is_sandbox
        self._webhook_url = gateway.webhook_url
        self._webhooks = Webhooks(gateway.webhook_secret)
        self._api_key = gateway.api_key
        self._address = address
        self._timeout = timeout
        self._slots = Slots()

    @cached_property
    def _client(self) -> HttpClient:
        return HttpClient(self._address(), timeout=self._timeout, retries=1, token=lambda: self._api_key)

    def require_payable(self, amount: Money) -> None:
        """Any amount, in any currency."""

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
        session: Session = decoded(self._post("/v1/sessions", body), Session)
        if urlsplit(session.url).scheme not in ("https", "http"):
            raise ProviderUnavailable()
        return _of(session, wanted.checkout_id)

    def find(self, checkout_id: UUID, session_id: str | None, due: Money | None = None) -> Session | None:  # noqa: ARG002
        """What the provider knows of the checkout: by its session's id when known, else by our key.

        None when it knows nothing.
        """
        if session_id is not None:
            answer = self._get(f"/v1/sessions/{quote(session_id, safe='')}")
            return None if answer.status_code == 404 else _of(decoded(answer, Session), checkout_id)
        found = decoded(self._get("/v1/sessions", key=str(checkout_id)), Sessions).items
        return next((session for session in found if session.key == checkout_id), None)

    def refund(self, wanted: RefundWanted) -> Refund:
        """Have the money sent back, or get what became of it before: our id is the provider's key.

        Raises RefundDeclined when the provider will not.
        """
        body = {
            "key": str(wanted.refund_id),
            "attempt": wanted.reference,
            "amount_minor": wanted.amount.minor,
            "currency": wanted.amount.currency,
        }
        answer = self._post("/v1/refunds", body)
        if answer.status_code in (409, 422):
            raise RefundDeclined()
        found: Refund = decoded(answer, Refund)
        if (found.key, found.attempt, found.amount) != (wanted.refund_id, wanted.reference, wanted.amount):
            raise ProviderUnavailable()
        return found

    def find_refund(self, sought: RefundSought) -> Refund | None:
        """What the provider knows of a refund of ours; None when nothing."""
        found = decoded(self._get("/v1/refunds", key=str(sought.refund_id)), Refunds).items
        return next((refund for refund in found if refund.key == sought.refund_id), None)

    def moved(self, begin: datetime, end: datetime) -> Iterator[Moved]:
        """All money that moved from ``begin`` to before ``end``, oldest first, asked for page by page."""
        cursor: str | None = None
        while True:
            asked = {"from": moment(begin), "until": moment(end), "limit": str(_PAGE)}
            asked |= {"after": cursor} if cursor else {}
            page: Movements = decoded(self._get("/v1/movements", **asked), Movements)
            yield from page.items
            if page.next is None or page.next == cursor:
                return
            cursor = page.next

    def read_webhook(self, request: Request) -> Hint:
        """The hint in a webhook. Raises NotSigned for anything the provider did not sign in the last five minutes."""
        return self._webhooks.read(request)

    def _post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self._slots.call(lambda: self._client.post(path, json=body, idempotent=True))

    def _get(self, path: str, **params: str) -> requests.Response:
        return self._slots.call(lambda: self._client.get(path, params=params))


def _of(session: Session, checkout_id: UUID) -> Session:
    if session.key != checkout_id:
        raise ProviderUnavailable()
    return session
