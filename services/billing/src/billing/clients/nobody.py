# ruff: noqa: ARG002 - whatever is asked of nobody
"""Who takes money for a method that nobody is set up for: nobody."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from flask import Request

from billing.clients.payment_gateway import Hint, Moved, Refund, RefundSought, RefundWanted, Session, Wanted
from billing.errors import ProviderUnavailable, UnknownProvider
from chassis.errors import Invalid
from chassis.money import Money


class Nobody:
    """In production, for methods without a provider when others have one: no sandbox gives seats for no money."""

    name = "none"
    asks_phone = False
    leads_away = False

    def require_payable(self, amount: Money) -> None:
        """Raises Invalid."""
        raise Invalid.field("method", "This method is not offered; choose another.")

    def open(self, wanted: Wanted) -> Session:
        """Raises ProviderUnavailable, as all of these."""
        raise ProviderUnavailable()

    def find(self, checkout_id: UUID, session_id: str | None, due: Money | None = None) -> Session | None:
        """Nothing is known."""
        raise ProviderUnavailable()

    def refund(self, wanted: RefundWanted) -> Refund:
        """Nothing to give back."""
        raise ProviderUnavailable()

    def find_refund(self, sought: RefundSought) -> Refund | None:
        """Nothing was given back."""
        raise ProviderUnavailable()

    def moved(self, begin: datetime, end: datetime) -> Iterator[Moved]:
        """Nothing moved."""
        raise ProviderUnavailable()

    def read_webhook(self, request: Request) -> Hint | None:
        """Nobody writes to us."""
        raise UnknownProvider()
