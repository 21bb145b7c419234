"""M-Pesa as a payment provider of billing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from flask import Request

from billing.clients.daraja import callbacks, pushes, reversals, statement
from billing.clients.daraja.addresses import PUSH, REVERSAL, Addresses
from billing.clients.daraja.calls import Calls, NotSent
from billing.clients.daraja.phones import kenyan_mobile
from billing.clients.daraja.pushes import Push
from billing.clients.daraja.words import CURRENCY, DarajaRefused
from billing.clients.payment_gateway import Attempt, Hint, Moved, Refund, RefundSought, RefundWanted, Session, Wanted
from billing.errors import ProviderUnavailable, RefundDeclined
from billing.settings import Mpesa
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.errors import Invalid
from chassis.money import Money

log = structlog.get_logger()

_TRIES = 5
"""Whoever knows a checkout's address can make phones ring; not more often than this."""
_AT_A_TIME = 20
_LOST_AFTER = timedelta(minutes=5)
"""A prompt is answered within a minute or two; after this nobody waits for one that M-Pesa may never have had."""
_STILL_AT_IT = ("4999", "500.001.1001")
_TOO_BUSY = "500.003."


class DarajaGateway:
    """A session is our own: M-Pesa keeps none. An attempt's id is the reference that its money comes under."""

    name = "daraja"
    asks_phone = True
    leads_away = False

    def __init__(self, settings: Mpesa, database: Database, *, timeout: tuple[float, float] = (1.0, 8.0)) -> None:
        self._database = database
        self._most = Money(settings.max_shillings * 100, CURRENCY)
        self._calls = Calls(settings, timeout)
        self._addresses = Addresses(settings.callback_url, settings.callback_key)

    def require_payable(self, amount: Money) -> None:
        """Raises Invalid for anything but whole shillings, and for more than M-Pesa takes at a time."""
        if amount.currency != CURRENCY:
            raise Invalid.field("method", f"M-Pesa takes {CURRENCY} only.")
        if amount.minor % 100:
            raise Invalid.field("method", f"M-Pesa takes whole shillings only, not {amount.format()}.")
        if amount > self._most:
            raise Invalid.field("method", f"M-Pesa takes at most {self._most.format()} at a time.")

    def open(self, wanted: Wanted) -> Session:
        """Have the payer's phone asked, by the worker; none is asked while one is being asked. Raises Invalid."""
        with self._database.transaction(SYSTEM) as session:
            found = pushes.of_checkout(session, wanted.checkout_id)
            if not any(push.state in (*pushes.LIVE, pushes.PAID) for push in found):
                phone = kenyan_mobile(wanted.phone)
                if len(found) >= _TRIES:
                    raise Invalid.field("phone", "Too many tries; please start a new checkout.")
                pushes.want(session, wanted, phone)
            return _session(wanted.checkout_id, pushes.of_checkout(session, wanted.checkout_id))

    def send_due(self) -> None:
        """Send the prompts that are wanted, each once. The worker calls this, never a web request."""
        with self._database.transaction(SYSTEM) as session:
            pushes.tidy(session)
        for _ in range(_AT_A_TIME):
            with self._database.transaction(SYSTEM) as session:
                push = pushes.claim(session)
            if push is None or not self._is_sent(push):
                return

    def find(self, checkout_id: UUID, session_id: str | None, due: Money | None = None) -> Session | None:  # noqa: ARG002
        """What became of the checkout's prompts: M-Pesa is asked about those that are not over."""
        with self._database.transaction(SYSTEM) as session:
            found = pushes.of_checkout(session, checkout_id)
        for push in found:
            if push.state in (pushes.SENDING, pushes.SENT):
                self._look(push)
        with self._database.transaction(SYSTEM) as session:
            found = pushes.of_checkout(session, checkout_id)
        return _session(checkout_id, found) if found else None

    def refund(self, wanted: RefundWanted) -> Refund:
        """Reverse it, once ever. Raises RefundDeclined."""
        if wanted.amount.minor % 100 or wanted.amount.currency != CURRENCY:
            raise RefundDeclined("M-Pesa sends back whole shillings only.")
        with self._database.transaction(SYSTEM) as session:
            known = reversals.one(session, wanted.refund_id)
        if known is None:
            self._reverse(wanted, self._receipt(wanted.reference))
        found = self.find_refund(RefundSought(wanted.refund_id, wanted.reference, None))
        if found is None or (found.amount, found.attempt) != (wanted.amount, wanted.reference):
            raise ProviderUnavailable()
        return found

    def find_refund(self, sought: RefundSought) -> Refund | None:
        """What M-Pesa has said of it. When it has been silent for long it is asked; its answer comes as a message."""
        with self._database.transaction(SYSTEM) as session:
            ask = reversals.to_ask_about(session, sought.refund_id)
        if ask is not None:
            try:
                self._calls.ask_about(ask, self._addresses.of(REVERSAL, sought.refund_id))
            except DarajaRefused as refusal:
                log.warning("reversal_not_asked_about", refund=str(sought.refund_id), code=refusal.code)
        with self._database.transaction(SYSTEM) as session:
            found = reversals.one(session, sought.refund_id)
        return found.refund if found else None

    def moved(self, begin: datetime, end: datetime) -> Iterator[Moved]:
        """What M-Pesa's statement says came in, and what its results said went back."""
        self._pull()
        with self._database.transaction(SYSTEM) as session:
            found = statement.moved(session, begin, end) + reversals.moved(session, begin, end)
        yield from sorted(found, key=lambda moved: moved.at)

    def read_webhook(self, request: Request) -> Hint | None:
        """Raises NotSigned for a message to an address that was not given to M-Pesa."""
        return callbacks.read(request, self._addresses, self._database)

    def _is_sent(self, push: Push) -> bool:
        """Whether Daraja is there, and has time for more.

        A lost answer leaves the prompt on its way: it may ring, so it is not sent again.
        """
        address = self._addresses.of(PUSH, push.id)
        try:
            taken = self._calls.push(str(push.phone), push.shillings, push.account_reference, address)
        except NotSent:
            self._send_later(push)
            return False
        except ProviderUnavailable:
            log.warning("prompt_unanswered", push=str(push.id))
        except DarajaRefused as refusal:
            return self._is_over(push, refusal.code)
        else:
            with self._database.transaction(SYSTEM) as session:
                pushes.taken(session, push.id, taken.MerchantRequestID, taken.CheckoutRequestID)
        return True

    def _is_over(self, push: Push, code: str) -> bool:
        log.warning("prompt_refused", push=str(push.id), code=code)
        if not code.startswith(_TOO_BUSY):
            self._settle(push, pushes.DECLINED, code)
            return True
        self._send_later(push)
        return False

    def _send_later(self, push: Push) -> None:
        with self._database.transaction(SYSTEM) as session:
            pushes.send_again(session, push.id)

    def _look(self, push: Push) -> None:
        if push.checkout_request_id is None:
            self._look_in_statement(push)
            return
        try:
            status = self._calls.push_status(push.checkout_request_id)
        except DarajaRefused as refusal:
            if refusal.code in _STILL_AT_IT:
                return
            raise ProviderUnavailable() from refusal
        known = (push.merchant_request_id, push.checkout_request_id)
        if known != (status.MerchantRequestID, status.CheckoutRequestID):
            raise ProviderUnavailable()
        code = str(status.ResultCode)
        if code not in _STILL_AT_IT:
            self._settle(push, pushes.PAID if code == "0" else pushes.DECLINED, code)

    def _look_in_statement(self, push: Push) -> None:
        """Of a prompt whose ids were lost: did money come under its reference?"""
        if push.sent_at is None or push.sent_at > now() - _LOST_AFTER:
            return
        self._pull()
        with self._database.transaction(SYSTEM) as session:
            receipt = statement.receipt_of(session, push)
            pushes.settle(session, push.id, pushes.PAID if receipt else pushes.LOST, None, receipt)

    def _receipt(self, reference: str) -> str:
        """M-Pesa's number of a payment: from its callback, else from its statement."""
        with self._database.transaction(SYSTEM) as session:
            push = next(iter(pushes.of_references(session, [reference])), None)
        if push is None:
            raise RefundDeclined()
        if push.receipt is not None:
            return push.receipt
        self._pull()
        with self._database.transaction(SYSTEM) as session:
            receipt = statement.receipt_of(session, push)
            if receipt is None:
                raise ProviderUnavailable()
            pushes.note_receipt(session, push.id, receipt)
        return receipt

    def _reverse(self, wanted: RefundWanted, receipt: str) -> None:
        with self._database.transaction(SYSTEM) as session:
            if not reversals.begin(session, wanted, receipt):
                return
        address = self._addresses.of(REVERSAL, wanted.refund_id)
        try:
            taken = self._calls.reverse(receipt, wanted.amount.minor // 100, address)
        except DarajaRefused as refusal:
            with self._database.transaction(SYSTEM) as session:
                reversals.settle(session, wanted.refund_id, "failed", refusal.code, None)
            raise RefundDeclined() from refusal
        with self._database.transaction(SYSTEM) as session:
            reversals.taken(session, wanted.refund_id, taken.OriginatorConversationID, taken.ConversationID)

    def _pull(self) -> None:
        at = now()
        try:
            lines = self._calls.statement(at - statement.REACH, at)
        except DarajaRefused as refusal:
            raise ProviderUnavailable() from refusal
        with self._database.transaction(SYSTEM) as session:
            statement.keep(session, lines)

    def _settle(self, push: Push, state: str, code: str) -> None:
        with self._database.transaction(SYSTEM) as session:
            pushes.settle(session, push.id, state, code)


def _session(checkout_id: UUID, found: list[Push]) -> Session:
    """The page to go to is our own."""
    attempts = [_attempt(push) for push in found if push.state in (pushes.PAID, pushes.DECLINED)]
    state: Any = "paid" if any(attempt.outcome == "paid" for attempt in attempts) else "open"
    return Session(id=str(checkout_id), key=checkout_id, url="", state=state, attempts=attempts)


def _attempt(push: Push) -> Attempt:
    outcome: Any = "paid" if push.state == pushes.PAID else "declined"
    at = push.settled_at or now()
    return Attempt(id=push.account_reference, outcome=outcome, at=at, amount_minor=push.amount_minor, currency=CURRENCY)
