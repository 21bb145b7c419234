"""A provider in memory, and the shop that uses it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from billing.clients.payment_gateway import Attempt, PaymentGateway, RefundSought, RefundWanted, Wanted
from billing.clients.payment_gateway import Refund as ProviderRefund
from billing.clients.payment_gateway import Session as ProviderSession
from billing.settings import Gateway
from billing_shop.shop import Shop
from chassis.clock import now
from chassis.ids import new_id
from chassis.money import Money


class Till(PaymentGateway):
    """A provider in memory, for stories that are not about providers: it does what the test says it did."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, lambda: "")
        self.sessions: dict[UUID, ProviderSession] = {}
        self.refunds: dict[UUID, ProviderRefund] = {}
        self.refund_answer: str | type[BaseException] = "succeeded"

    def open(self, wanted: Wanted) -> ProviderSession:
        new = ProviderSession(f"ss_{wanted.checkout_id}", wanted.checkout_id, "https://till.example/", "open")
        return self.sessions.setdefault(wanted.checkout_id, new)

    def find(self, checkout_id: UUID, session_id: str | None, due: Money | None = None) -> ProviderSession | None:  # noqa: ARG002
        return self.sessions.get(checkout_id)

    def refund(self, wanted: RefundWanted) -> ProviderRefund:
        answer = self.refund_answer
        if not isinstance(answer, str):
            raise answer()
        made = ProviderRefund(
            id=f"re_{wanted.refund_id}",
            key=wanted.refund_id,
            attempt=wanted.reference,
            state=answer,
            amount_minor=wanted.amount.minor,
            currency=wanted.amount.currency,
        )
        return self.refunds.setdefault(wanted.refund_id, made)

    def find_refund(self, sought: RefundSought) -> ProviderRefund | None:
        return self.refunds.get(sought.refund_id)

    def settle_refunds(self, state: str) -> None:
        """From now on the provider says this of every refund."""
        for key, refund in self.refunds.items():
            self.refunds[key] = msgspec.structs.replace(refund, state=state)

    def report(self, checkout_id: str, state: str, *attempts: Attempt) -> None:
        """From now on the provider says this of the checkout."""
        key = UUID(checkout_id)
        self.sessions[key] = msgspec.structs.replace(self.sessions[key], state=state, attempts=list(attempts))


@dataclass
class QuickShop(Shop):
    """The same doors on a database that is rolled back, with a provider in memory."""

    till: Till

    def pay(self, checkout_id: str, *attempts: Attempt) -> None:
        """The payer paid (or made these attempts) and returns to us."""
        self.client.post(f"/pay/{checkout_id}")
        self.till.report(checkout_id, "paid", *(attempts or [self.attempt(checkout_id)]))
        self.client.get(f"/pay/{checkout_id}/return")

    def attempt(self, checkout_id: str, outcome: str = "paid", **other: Any) -> Attempt:
        """An attempt as the provider reports it; ``other`` replaces what is usual."""
        [(minor, currency)] = self.rows("select amount_minor, currency from checkouts where id = :id", id=checkout_id)
        usual = {"id": f"pay_{new_id()}", "amount_minor": minor, "currency": currency, "at": now()}
        return Attempt(outcome=outcome, **{**usual, **other})

    def buy(self, *items: dict[str, Any], **more: Any) -> str:
        checkout_id = self.checkout(*items, **more)
        self.pay(checkout_id)
        return checkout_id
