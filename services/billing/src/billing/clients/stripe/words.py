"""What Stripe's objects say, as far as billing asks."""

from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from billing.clients.payment_gateway import Attempt, Moved
from billing.clients.stripe.amounts import from_units
from billing.errors import ProviderUnavailable
from chassis.money import Money

CHECKOUT, REFUND = "ufadhili_checkout", "ufadhili_refund"
"""Our ids in an object's metadata."""


class _Priced(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    amount: int
    currency: str
    created: int
    metadata: dict[str, str] = {}

    @property
    def money(self) -> Money:
        """Raises ProviderUnavailable for money that does not exist."""
        return told_money(self.amount, self.currency)

    @property
    def at(self) -> datetime:
        """When it was made."""
        return datetime.fromtimestamp(self.created, UTC)


class CheckoutSession(msgspec.Struct, frozen=True):
    """A page of Stripe's; ``payment_intent`` is there once somebody tried to pay."""

    id: str
    status: Literal["open", "complete", "expired"]
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    amount_total: int
    currency: str
    client_reference_id: str | None = None
    payment_intent: str | None = None
    url: str | None = None


class Charge(_Priced, frozen=True, kw_only=True):
    """One try to pay, or money that came."""

    status: Literal["succeeded", "pending", "failed"]

    @property
    def attempt(self) -> Attempt:
        """As billing records it."""
        outcome: Literal["paid", "declined"] = "paid" if self.status == "succeeded" else "declined"
        money = self.money
        return Attempt(id=self.id, outcome=outcome, at=self.at, amount_minor=money.minor, currency=money.currency)

    @property
    def moved(self) -> Moved:
        """Money in."""
        money = self.money
        return Moved(id=self.id, kind="payment", at=self.at, amount_minor=money.minor, currency=money.currency)


class StripeRefund(_Priced, frozen=True, kw_only=True):
    """Money on its way back."""

    status: Literal["pending", "requires_action", "succeeded", "failed", "canceled"]
    charge: str

    @property
    def state(self) -> Literal["pending", "succeeded", "failed"]:
        """As billing says it."""
        if self.status == "succeeded":
            return "succeeded"
        return "failed" if self.status in ("failed", "canceled") else "pending"

    @property
    def moved(self) -> Moved:
        """Money out."""
        money = self.money
        return Moved(id=self.id, kind="refund", at=self.at, amount_minor=money.minor, currency=money.currency)


def read(found: Any, kind: type[Any]) -> Any:
    """An object of the SDK, if it is what Stripe's API promises. Raises ProviderUnavailable."""
    try:
        return msgspec.convert(found.to_dict(), kind)
    except (msgspec.ValidationError, AttributeError):
        raise ProviderUnavailable() from None


def told_money(units: int, currency: str) -> Money:
    """Raises ProviderUnavailable for money that does not exist."""
    try:
        return from_units(units, currency)
    except ValueError:
        raise ProviderUnavailable() from None
