"""What PayPal says, as far as billing asks."""

from datetime import datetime
from typing import Any, Literal

import msgspec
import requests

from billing.clients.payment_gateway import Attempt, Refund
from billing.errors import ProviderUnavailable
from chassis.money import Money

_PAID = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")
_NOT_PAID = ("DECLINED", "FAILED")


class PaypalRefused(Exception):
    """PayPal understood and declined; ``issue`` as in its documentation, like ORDER_ALREADY_CAPTURED."""

    def __init__(self, status: int, issue: str) -> None:
        super().__init__(issue)
        self.status, self.issue = status, issue


class Token(msgspec.Struct):
    """Good for ``expires_in`` seconds."""

    access_token: str
    expires_in: int


class Amount(msgspec.Struct):
    """Major units, written out."""

    currency_code: str
    value: str

    @property
    def money(self) -> Money:
        """Raises ProviderUnavailable for money that does not exist."""
        try:
            return Money.parse(self.value, self.currency_code)
        except ValueError:
            raise ProviderUnavailable() from None


class Link(msgspec.Struct):
    """Where to go on."""

    rel: str
    href: str


class Capture(msgspec.Struct):
    """Money taken, or not."""

    id: str
    status: str
    amount: Amount
    create_time: datetime

    @property
    def is_paid(self) -> bool:
        """Whether the money came, whatever went back since."""
        return self.status in _PAID

    @property
    def is_over(self) -> bool:
        """Whether PayPal has decided."""
        return self.status in (*_PAID, *_NOT_PAID)

    @property
    def attempt(self) -> Attempt:
        """As billing records it."""
        outcome: Literal["paid", "declined"] = "paid" if self.is_paid else "declined"
        money = self.amount.money
        return Attempt(
            id=self.id, outcome=outcome, at=self.create_time, amount_minor=money.minor, currency=money.currency
        )


class _Payments(msgspec.Struct):
    captures: list[Capture] = []


class Unit(msgspec.Struct):
    """What is bought; ``custom_id`` is our checkout."""

    amount: Amount
    custom_id: str | None = None
    payments: _Payments | None = None


class Order(msgspec.Struct):
    """A page of PayPal's."""

    id: str
    status: Literal["CREATED", "SAVED", "APPROVED", "VOIDED", "COMPLETED", "PAYER_ACTION_REQUIRED"]
    purchase_units: list[Unit] = []
    links: list[Link] = []
    update_time: str | None = None

    @property
    def unit(self) -> Unit:
        """The one thing that is bought. Raises ProviderUnavailable."""
        if len(self.purchase_units) != 1:
            raise ProviderUnavailable()
        return self.purchase_units[0]

    @property
    def captures(self) -> list[Capture]:
        """The tries to take the money."""
        payments = self.unit.payments
        return payments.captures if payments else []

    @property
    def url(self) -> str:
        """Where the payer goes; empty when there is nothing left to do there."""
        return next((link.href for link in self.links if link.rel in ("payer-action", "approve")), "")


class PaypalRefund(msgspec.Struct):
    """Money on its way back; ``custom_id`` is our refund."""

    id: str
    status: str
    amount: Amount
    custom_id: str | None = None

    def refund_of(self, refund_id: Any, attempt: str) -> Refund:
        """As billing knows refunds. Raises ProviderUnavailable for somebody else's."""
        if self.custom_id != str(refund_id):
            raise ProviderUnavailable()
        state: Any = {"COMPLETED": "succeeded", "FAILED": "failed", "CANCELLED": "failed"}.get(self.status, "pending")
        money = self.amount.money
        return Refund(
            id=self.id,
            key=refund_id,
            attempt=attempt,
            state=state,
            amount_minor=money.minor,
            currency=money.currency,
        )


class _Issue(msgspec.Struct):
    issue: str = ""


class _Problem(msgspec.Struct):
    name: str = ""
    details: list[_Issue] = []


def decoded(answer: requests.Response, kind: type[Any]) -> Any:
    """The answer, if it is what PayPal's API promises. Raises PaypalRefused, ProviderUnavailable."""
    if answer.status_code in (400, 403, 404, 409, 422):
        raise PaypalRefused(answer.status_code, _issue(answer))
    if answer.status_code not in (200, 201):
        raise ProviderUnavailable()
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.DecodeError:
        raise ProviderUnavailable() from None


def _issue(answer: requests.Response) -> str:
    try:
        problem = msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.DecodeError:
        return ""
    return problem.details[0].issue if problem.details else problem.name
