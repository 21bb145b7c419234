"""Stripe as a payment provider of billing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import stripe
from flask import Request

from billing.clients.payment_gateway import Hint, Moved, Refund, RefundSought, RefundWanted, Session, Wanted
from billing.clients.stripe import webhooks
from billing.clients.stripe.amounts import to_units
from billing.clients.stripe.calls import Calls
from billing.clients.stripe.words import (
    CHECKOUT,
    REFUND,
    Charge,
    CheckoutSession,
    StripeRefund,
    read,
    told_money,
)
from billing.errors import ProviderUnavailable, RefundDeclined
from billing.settings import Stripe
from chassis.money import Money

_LEAST_OPEN = timedelta(minutes=31)
"""Stripe keeps a page for half an hour at least, counted from a press that may come in our last second."""
_STATES: dict[str, Any] = {"open": "open", "expired": "expired", "complete": "open"}
_PAGE = 100


class StripeGateway:
    """Attempts are Stripe's charges, refunds its refunds. Idempotent by our ids, also after Stripe forgot its keys."""

    name = "stripe"
    asks_phone = False
    leads_away = True

    def __init__(self, settings: Stripe, *, timeout: tuple[float, float] = (1.0, 8.0)) -> None:
        self._secrets = settings.webhook_secrets
        self._calls = Calls(settings, timeout)

    def require_payable(self, amount: Money) -> None:
        """Raises Invalid for an amount finer than cards take."""
        to_units(amount)

    def open(self, wanted: Wanted) -> Session:
        """The page for the payer, the same one at every press; as it is now."""
        try:
            made = self._calls.call(lambda: self._calls.api.checkout.sessions.create(*_asked(wanted)))
        except stripe.StripeError as error:
            raise ProviderUnavailable() from error
        found: CheckoutSession = read(made, CheckoutSession)
        if told_money(found.amount_total, found.currency) != wanted.amount:
            raise ProviderUnavailable()
        # Repeated, Stripe says what it said then.
        session = self.find(wanted.checkout_id, found.id)
        if session is None or (session.state == "open" and urlsplit(session.url).scheme not in ("https", "http")):
            raise ProviderUnavailable()
        return session

    def find(self, checkout_id: UUID, session_id: str | None, due: Money | None = None) -> Session | None:  # noqa: ARG002
        """What became of the page. One whose id we never wrote down is one that nobody was sent to."""
        if session_id is None:
            return None
        try:
            answer = self._calls.call(lambda: self._calls.api.checkout.sessions.retrieve(session_id))
        except stripe.InvalidRequestError as error:
            if error.http_status == 404:
                return None
            raise ProviderUnavailable() from error
        found: CheckoutSession = read(answer, CheckoutSession)
        if found.client_reference_id != str(checkout_id):
            raise ProviderUnavailable()
        return self._session(checkout_id, found)

    def refund(self, wanted: RefundWanted) -> Refund:
        """Send it back, unless that was done. Raises RefundDeclined."""
        known = self._refund_of(wanted.reference, wanted.refund_id)
        if known is None:
            known = self._send_back(wanted)
        if known.amount != wanted.amount or known.attempt != wanted.reference:
            raise ProviderUnavailable()
        return known

    def find_refund(self, sought: RefundSought) -> Refund | None:
        """Among the refunds of the charge it is of."""
        return self._refund_of(sought.attempt, sought.refund_id)

    def moved(self, begin: datetime, end: datetime) -> Iterator[Moved]:
        """Charges that succeeded and refunds, in the currency that was paid in."""
        made: Any = {"created": {"gte": int(begin.timestamp()), "lt": int(end.timestamp())}, "limit": _PAGE}
        charges: list[Charge] = self._all(lambda: self._calls.api.charges.list(made), Charge)
        refunds: list[StripeRefund] = self._all(lambda: self._calls.api.refunds.list(made), StripeRefund)
        found = [charge.moved for charge in charges if charge.status == "succeeded"]
        found += [refund.moved for refund in refunds if refund.state == "succeeded"]
        yield from sorted(found, key=lambda moved: moved.at)

    def read_webhook(self, request: Request) -> Hint | None:
        """Raises NotSigned."""
        return webhooks.read(request, self._secrets)

    def _session(self, checkout_id: UUID, found: CheckoutSession) -> Session:
        charges: list[Charge] = []
        if found.payment_intent is not None:
            tried: Any = {"payment_intent": found.payment_intent, "limit": _PAGE}
            charges = self._all(lambda: self._calls.api.charges.list(tried), Charge)
        attempts = [charge.attempt for charge in charges if charge.status != "pending"]
        is_paid = any(attempt.outcome == "paid" for attempt in attempts)
        if found.payment_status == "paid" and not is_paid:
            raise ProviderUnavailable()  # money that nobody can name
        state: Any = "paid" if is_paid else _STATES[found.status]
        return Session(id=found.id, key=checkout_id, url=found.url or "", state=state, attempts=attempts)

    def _send_back(self, wanted: RefundWanted) -> Refund:
        params: Any = {
            "charge": wanted.reference,
            "amount": to_units(wanted.amount),
            "metadata": {REFUND: str(wanted.refund_id)},
        }
        options: Any = {"idempotency_key": f"refund-{wanted.refund_id}"}
        try:
            made = self._calls.call(lambda: self._calls.api.refunds.create(params, options))
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            raise RefundDeclined() from error
        return _refund(wanted.refund_id, read(made, StripeRefund))

    def _refund_of(self, charge: str, refund_id: UUID) -> Refund | None:
        made: Any = {"charge": charge, "limit": _PAGE}
        found: list[StripeRefund] = self._all(lambda: self._calls.api.refunds.list(made), StripeRefund)
        mine = [refund for refund in found if refund.metadata.get(REFUND) == str(refund_id)]
        return _refund(refund_id, mine[0]) if mine else None

    def _all(self, listed: Any, kind: type[Any]) -> list[Any]:
        try:
            return [read(one, kind) for one in self._calls.call(lambda: list(listed().auto_paging_iter()))]
        except stripe.StripeError as error:
            raise ProviderUnavailable() from error


def _asked(wanted: Wanted) -> tuple[Any, Any]:
    """The same at every press, as Stripe demands of what it shall know again."""
    ours = {CHECKOUT: str(wanted.checkout_id)}
    priced = {
        "currency": wanted.amount.currency.lower(),
        "unit_amount": to_units(wanted.amount),
        "product_data": {"name": wanted.description[:250]},
    }
    params = {
        "mode": "payment",
        "client_reference_id": str(wanted.checkout_id),
        "line_items": [{"quantity": 1, "price_data": priced}],
        "success_url": wanted.return_url,
        "cancel_url": wanted.cancel_url,
        "expires_at": int((wanted.expires_at + _LEAST_OPEN).timestamp()),
        "metadata": ours,
        "payment_intent_data": {"metadata": ours},
    }
    return params, {"idempotency_key": f"checkout-{wanted.checkout_id}"}


def _refund(refund_id: UUID, found: StripeRefund) -> Refund:
    money = found.money
    return Refund(
        id=found.id,
        key=refund_id,
        attempt=found.charge,
        state=found.state,
        amount_minor=money.minor,
        currency=money.currency,
    )
