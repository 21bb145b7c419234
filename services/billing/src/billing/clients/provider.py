"""What a payment provider is to billing: the same few calls, whoever it is."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol
from uuid import UUID

from flask import Request

from billing.clients.payment_gateway.words import Hint, Moved, Refund, RefundSought, RefundWanted, Session, Wanted
from chassis.money import Money


class Provider(Protocol):
    """Every call raises ProviderUnavailable when there is no answer, or none that makes sense.

    ``asks_phone``: the payer is asked for a telephone number on our page. ``leads_away``: our page's form leads to a
    page of the provider's.
    """

    name: str
    asks_phone: bool
    leads_away: bool

    def require_payable(self, amount: Money) -> None:
        """Raises Invalid when this provider cannot take the amount, or its currency."""

    def open(self, wanted: Wanted) -> Session:
        """Open the checkout's session, or get the one opened before. Raises Invalid."""

    def find(self, checkout_id: UUID, session_id: str | None, due: Money | None = None) -> Session | None:
        """What the provider knows of the checkout, None when nothing.

        ``due`` is what is still to be paid, if anything: money that the payer has promised is then taken.
        """

    def refund(self, wanted: RefundWanted) -> Refund:
        """Have the money sent back, or get what became of it before. Raises RefundDeclined."""

    def find_refund(self, sought: RefundSought) -> Refund | None:
        """What the provider knows of a refund of ours; None when nothing."""

    def moved(self, begin: datetime, end: datetime) -> Iterator[Moved]:
        """All money that moved from ``begin`` to before ``end``, oldest first."""

    def read_webhook(self, request: Request) -> Hint | None:
        """The hint in a webhook, None when it is about nothing of ours. Raises NotSigned, Malformed."""
