"""M-Pesa as a payment provider of billing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Request

from billing.clients.daraja import callbacks, pushes, reversals, statement
from billing.clients.daraja.addresses import Addresses
from billing.clients.daraja.calls import Calls
from billing.clients.daraja.phones import kenyan_mobile
from billing.clients.daraja.prompts import Prompts
from billing.clients.daraja.pushes import Push
from billing.clients.daraja.refunds import Refunds
from billing.clients.daraja.words import CURRENCY
from billing.clients.payment_gateway import Attempt, Hint, Moved, Refund, RefundSought, RefundWanted, Session, Wanted
from billing.settings import Mpesa
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.errors import Invalid
from chassis.money import Money

_TRIES = 5
"""Whoever knows a checkout's address can make phones ring; not more often than this."""


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
        self._prompts = Prompts(self._calls, self._addresses, database)
        self._refunds = Refunds(self._calls, self._addresses, database)

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
        """Send the prompts that are wanted. The worker calls this, never a web request."""
        self._prompts.send_due()

    def find(self, checkout_id: UUID, session_id: str | None, due: Money | None = None) -> Session | None:  # noqa: ARG002
        """What became of the checkout's prompts: M-Pesa is asked about those that are not over."""
        with self._database.transaction(SYSTEM) as session:
            found = pushes.of_checkout(session, checkout_id)
        for push in found:
            self._prompts.look(push)
        with self._database.transaction(SYSTEM) as session:
            found = pushes.of_checkout(session, checkout_id)
        return _session(checkout_id, found) if found else None

    def refund(self, wanted: RefundWanted) -> Refund:
        """Reverse it, once ever. Raises RefundDeclined."""
        return self._refunds.send(wanted)

    def find_refund(self, sought: RefundSought) -> Refund | None:
        """What M-Pesa has said of it."""
        return self._refunds.find(sought)

    def moved(self, begin: datetime, end: datetime) -> Iterator[Moved]:
        """What M-Pesa's statement says came in, and what its results said went back."""
        statement.pull(self._calls, self._database)
        with self._database.transaction(SYSTEM) as session:
            found = statement.moved(session, begin, end) + reversals.moved(session, begin, end)
        yield from sorted(found, key=lambda moved: moved.at)

    def read_webhook(self, request: Request) -> Hint | None:
        """Raises NotSigned for a message to an address that was not given to M-Pesa."""
        return callbacks.read(request, self._addresses, self._database)


def _session(checkout_id: UUID, found: list[Push]) -> Session:
    """The page to go to is our own."""
    attempts = [_attempt(push) for push in found if push.state in (pushes.PAID, pushes.DECLINED)]
    state: Any = "paid" if any(attempt.outcome == "paid" for attempt in attempts) else "open"
    return Session(id=str(checkout_id), key=checkout_id, url="", state=state, attempts=attempts)


def _attempt(push: Push) -> Attempt:
    outcome: Any = "paid" if push.state == pushes.PAID else "declined"
    at = push.settled_at or now()
    return Attempt(id=push.account_reference, outcome=outcome, at=at, amount_minor=push.amount_minor, currency=CURRENCY)
