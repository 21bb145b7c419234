"""Money sent back: reversed once, and asked about when M-Pesa is silent."""

import structlog

from billing.clients.daraja import pushes, reversals, statement
from billing.clients.daraja.addresses import REVERSAL, Addresses
from billing.clients.daraja.calls import Calls
from billing.clients.daraja.words import CURRENCY, DarajaRefused
from billing.clients.payment_gateway import Refund, RefundSought, RefundWanted
from billing.errors import ProviderUnavailable, RefundDeclined
from chassis.database import SYSTEM, Database

log = structlog.get_logger()


class Refunds:
    """Each call to Daraja is between transactions, never inside one."""

    def __init__(self, calls: Calls, addresses: Addresses, database: Database) -> None:
        self._calls = calls
        self._addresses = addresses
        self._database = database

    def send(self, wanted: RefundWanted) -> Refund:
        """Reverse it, once ever. Raises RefundDeclined."""
        if wanted.amount.minor % 100 or wanted.amount.currency != CURRENCY:
            raise RefundDeclined("M-Pesa sends back whole shillings only.")
        with self._database.transaction(SYSTEM) as session:
            known = reversals.one(session, wanted.refund_id)
        if known is None:
            self._reverse(wanted, self._receipt(wanted.reference))
        found = self.find(RefundSought(wanted.refund_id, wanted.reference, None))
        if found is None or (found.amount, found.attempt) != (wanted.amount, wanted.reference):
            raise ProviderUnavailable()
        return found

    def find(self, sought: RefundSought) -> Refund | None:
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

    def _receipt(self, reference: str) -> str:
        """M-Pesa's number of a payment: from its callback, else from its statement."""
        with self._database.transaction(SYSTEM) as session:
            push = next(iter(pushes.of_references(session, [reference])), None)
        if push is None:
            raise RefundDeclined()
        if push.receipt is not None:
            return push.receipt
        statement.pull(self._calls, self._database)
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
