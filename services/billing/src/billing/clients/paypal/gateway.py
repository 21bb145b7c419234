"""PayPal as a payment provider of billing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid5

from flask import Request

from billing.clients.payment_gateway import Hint, Moved, Refund, RefundSought, RefundWanted, Session, Wanted
from billing.clients.paypal.amounts import to_value
from billing.clients.paypal.calls import Calls
from billing.clients.paypal.certificates import Certificates
from billing.clients.paypal.transactions import Transactions
from billing.clients.paypal.webhooks import Webhooks
from billing.clients.paypal.words import Order, PaypalRefund, PaypalRefused
from billing.errors import ProviderUnavailable, RefundDeclined
from billing.settings import Paypal
from chassis.json_provider import moment
from chassis.money import Money

_PAGE = "500"


class PaypalGateway:
    """A session is an order, an attempt a capture. The payer approves; the money is taken when we hear of it."""

    name = "paypal"
    asks_phone = False
    leads_away = True

    def __init__(self, settings: Paypal, *, timeout: tuple[float, float] = (1.0, 8.0)) -> None:
        self._calls = Calls(settings, timeout)
        self._webhooks = Webhooks(settings.webhook_id, Certificates(settings.certificates, timeout))

    def require_payable(self, amount: Money) -> None:
        """Raises Invalid for a currency that PayPal does not take."""
        to_value(amount)

    def open(self, wanted: Wanted) -> Session:
        """The order that the payer approves, the same one at every press; as it is now."""
        try:
            made: Order = self._calls.post("/v2/checkout/orders", Order, _asked(wanted), str(wanted.checkout_id))
            order = self._order(made.id)
        except PaypalRefused as refusal:
            raise ProviderUnavailable() from refusal
        if order is None or order.unit.amount.money != wanted.amount:
            raise ProviderUnavailable()
        session = _session(wanted.checkout_id, order)
        if order.status == "APPROVED":
            # Approved and not taken yet: it will be where the payer is sent back to.
            return _leading_to(session, wanted.return_url)
        if session.state == "open" and urlsplit(session.url).scheme not in ("https", "http"):
            raise ProviderUnavailable()
        return session

    def find(self, checkout_id: UUID, session_id: str | None, due: Money | None = None) -> Session | None:
        """What became of the order; what the payer has approved is taken if it is still ``due``.

        One whose id we never wrote down is one that nobody was sent to.
        """
        order = None if session_id is None else self._order(session_id)
        if order is None:
            return None
        _require_ours(order, checkout_id)
        if order.status == "APPROVED" and due is not None:
            order = self._captured(order, checkout_id, due)
        return _session(checkout_id, order)

    def refund(self, wanted: RefundWanted) -> Refund:
        """Send it back, or get what became of it before. Raises RefundDeclined."""
        body = {
            "amount": {"currency_code": wanted.amount.currency, "value": to_value(wanted.amount)},
            "custom_id": str(wanted.refund_id),
        }
        path = f"/v2/payments/captures/{quote(wanted.reference, safe='')}/refund"
        try:
            made: PaypalRefund = self._calls.post(path, PaypalRefund, body, str(wanted.refund_id))
        except PaypalRefused as refusal:
            raise RefundDeclined() from refusal
        found = made.refund_of(wanted.refund_id, wanted.reference)
        if found.amount != wanted.amount:
            raise ProviderUnavailable()
        return found

    def find_refund(self, sought: RefundSought) -> Refund | None:
        """Under the id that PayPal gave it; without one, sending it again is what finds it."""
        if sought.reference is None:
            return None
        try:
            found: PaypalRefund = self._calls.get(
                f"/v2/payments/refunds/{quote(sought.reference, safe='')}", PaypalRefund
            )
        except PaypalRefused as refusal:
            if refusal.status == 404:
                return None
            raise ProviderUnavailable() from refusal
        return found.refund_of(sought.refund_id, sought.attempt)

    def moved(self, begin: datetime, end: datetime) -> Iterator[Moved]:
        """PayPal's transactions, asked for page by page. They appear there within three hours."""
        asked = {
            "start_date": moment(begin),
            "end_date": moment(end),
            "fields": "transaction_info",
            "page_size": _PAGE,
        }
        number, pages = 1, 1
        while number <= pages:
            try:
                found: Transactions = self._calls.get(
                    "/v1/reporting/transactions", Transactions, **asked, page=str(number)
                )
            except PaypalRefused as refusal:
                raise ProviderUnavailable() from refusal
            moved = (detail.moved for detail in found.transaction_details)
            yield from (one for one in moved if one is not None and begin <= one.at < end)
            number, pages = number + 1, found.total_pages

    def read_webhook(self, request: Request) -> Hint | None:
        """Raises NotSigned."""
        return self._webhooks.read(request)

    def _order(self, order_id: str) -> Order | None:
        try:
            found: Order = self._calls.get(f"/v2/checkout/orders/{quote(order_id, safe='')}", Order)
        except PaypalRefused as refusal:
            if refusal.status == 404:
                return None
            raise ProviderUnavailable() from refusal
        return found

    def _captured(self, order: Order, checkout_id: UUID, due: Money) -> Order:
        """Take the money, once for each time the payer approved."""
        if order.unit.amount.money != due:
            raise ProviderUnavailable()
        request_id = str(uuid5(checkout_id, order.update_time or ""))
        path = f"/v2/checkout/orders/{quote(order.id, safe='')}/capture"
        try:
            captured: Order = self._calls.post(path, Order, {}, request_id)
        except PaypalRefused:
            # Taken meanwhile, or the payer has to choose another way to pay: the order says which.
            found = self._order(order.id)
            if found is None:
                raise ProviderUnavailable() from None
            captured = found
        _require_ours(captured, checkout_id)
        return captured


def _asked(wanted: Wanted) -> dict[str, Any]:
    unit = {
        "custom_id": str(wanted.checkout_id),
        "description": wanted.description[:127],
        "amount": {"currency_code": wanted.amount.currency, "value": to_value(wanted.amount)},
    }
    experience = {
        "return_url": wanted.return_url,
        "cancel_url": wanted.cancel_url,
        "user_action": "PAY_NOW",
        "shipping_preference": "NO_SHIPPING",
    }
    source = {"paypal": {"experience_context": experience}}
    return {"intent": "CAPTURE", "purchase_units": [unit], "payment_source": source}


def _require_ours(order: Order, checkout_id: UUID) -> None:
    if order.unit.custom_id != str(checkout_id):
        raise ProviderUnavailable()


def _session(checkout_id: UUID, order: Order) -> Session:
    _require_ours(order, checkout_id)
    captures = order.captures
    state: Any = "open"
    if any(capture.is_paid for capture in captures):
        state = "paid"
    elif order.status == "VOIDED" or (order.status == "COMPLETED" and all(capture.is_over for capture in captures)):
        state = "cancelled"  # an order is taken once; whoever was declined starts anew
    attempts = [capture.attempt for capture in captures if capture.is_over]
    return Session(id=order.id, key=checkout_id, url=order.url, state=state, attempts=attempts)


def _leading_to(session: Session, url: str) -> Session:
    return Session(id=session.id, key=session.key, url=url, state=session.state, attempts=session.attempts)
