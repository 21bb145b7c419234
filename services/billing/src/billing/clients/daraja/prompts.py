"""Prompts on payers' phones: sent once each, and asked about until they are over."""

from datetime import timedelta

import structlog

from billing.clients.daraja import pushes, statement
from billing.clients.daraja.addresses import PUSH, Addresses
from billing.clients.daraja.calls import Calls, NotSent
from billing.clients.daraja.pushes import Push
from billing.clients.daraja.words import DarajaRefused
from billing.errors import ProviderUnavailable
from chassis.clock import now
from chassis.database import SYSTEM, Database

log = structlog.get_logger()

_AT_A_TIME = 20
_LOST_AFTER = timedelta(minutes=5)
"""A prompt is answered within a minute or two; after this nobody waits for one that M-Pesa may never have had."""
_STILL_AT_IT = ("4999", "500.001.1001")
_TOO_BUSY = "500.003."


class Prompts:
    """Each call to Daraja is between transactions, never inside one."""

    def __init__(self, calls: Calls, addresses: Addresses, database: Database) -> None:
        self._calls = calls
        self._addresses = addresses
        self._database = database

    def send_due(self) -> None:
        """Send the prompts that are wanted, each once. The worker calls this, never a web request."""
        with self._database.transaction(SYSTEM) as session:
            pushes.tidy(session)
        for _ in range(_AT_A_TIME):
            with self._database.transaction(SYSTEM) as session:
                push = pushes.claim(session)
            if push is None or not self._is_sent(push):
                return

    def look(self, push: Push) -> None:
        """Ask M-Pesa what became of one, unless it is over. Raises ProviderUnavailable."""
        if not push.is_to_be_asked_about:
            return
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

    def _look_in_statement(self, push: Push) -> None:
        """Of a prompt whose ids were lost: did money come under its reference?"""
        if push.sent_at is None or push.sent_at > now() - _LOST_AFTER:
            return
        statement.pull(self._calls, self._database)
        with self._database.transaction(SYSTEM) as session:
            receipt = statement.receipt_of(session, push)
            pushes.settle(session, push.id, pushes.PAID if receipt else pushes.LOST, None, receipt)

    def _settle(self, push: Push, state: str, code: str) -> None:
        with self._database.transaction(SYSTEM) as session:
            pushes.settle(session, push.id, state, code)
