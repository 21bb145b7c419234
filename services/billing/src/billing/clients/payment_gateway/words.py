"""What the provider's API says, and what it is asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
import requests

from billing.errors import ProviderUnavailable
from chassis.money import Money, UnknownCurrency


class _Amount(msgspec.Struct, frozen=True):
    """Money, in a currency that exists."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        Money(self.amount_minor, self.currency)

    @property
    def amount(self) -> Money:
        """What was taken, or would have been."""
        return Money(self.amount_minor, self.currency)


class Attempt(_Amount, frozen=True, kw_only=True):
    """One try to pay within a session. ``id`` is the provider's reference of the money."""

    id: str
    outcome: Literal["paid", "declined"]
    at: datetime


class Session(msgspec.Struct, frozen=True):
    """What the provider knows of one of our checkouts; ``key`` is the checkout's id."""

    id: str
    key: UUID
    url: str
    state: Literal["open", "paid", "expired", "cancelled"]
    attempts: list[Attempt] = []


class Refund(_Amount, frozen=True, kw_only=True):
    """What the provider knows of one of our refunds; ``key`` is the refund's id, ``attempt`` what it gives back."""

    id: str
    key: UUID
    attempt: str
    state: Literal["pending", "succeeded", "failed"]


class Moved(_Amount, frozen=True, kw_only=True):
    """Money that moved at the provider: an attempt that paid, or a refund that succeeded. Amounts are positive."""

    id: str
    kind: Literal["payment", "refund"]
    at: datetime

    @property
    def signed(self) -> int:
        """Minor units, negative when the money went back."""
        return -self.amount_minor if self.kind == "refund" else self.amount_minor


class Sessions(msgspec.Struct):
    """None or one session of a key."""

    items: list[Session]


class Refunds(msgspec.Struct):
    """None or one refund of a key."""

    items: list[Refund]


class Movements(msgspec.Struct):
    """A page of what moved, oldest first; ``next`` asks for the following one, None at the end."""

    items: list[Moved]
    next: str | None = None


class Hint(msgspec.Struct, frozen=True):
    """A webhook, verified. It says where to look; what happened is asked of the provider."""

    event_id: str
    type: str
    subject_id: UUID

    @property
    def is_refund(self) -> bool:
        """Whether it is about a refund; else about a checkout."""
        return self.type.startswith("refund.")


@dataclass(frozen=True)
class Wanted:
    """The session to open for a checkout."""

    checkout_id: UUID
    amount: Money
    description: str
    return_url: str
    cancel_url: str
    expires_at: datetime
    phone: str | None = None
    """The payer's, in E.164, for a provider that asks for one."""


@dataclass(frozen=True)
class RefundWanted:
    """Money to give back of an attempt: ``reference`` is the provider's id of it."""

    refund_id: UUID
    reference: str
    amount: Money


@dataclass(frozen=True)
class RefundSought:
    """A refund to ask about: ours, of which attempt, and the provider's own id of it, once it has told."""

    refund_id: UUID
    attempt: str
    reference: str | None


def decoded(answer: requests.Response, kind: type[Any]) -> Any:
    """The answer, if it is what the provider's API promises, down to currencies that exist."""
    if answer.status_code not in (200, 201):
        raise ProviderUnavailable()
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.DecodeError, UnknownCurrency):
        raise ProviderUnavailable() from None
