"""What is common to the providers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import time_machine

from chassis.clock import now

SEATS = {"product": "seat", "quantity": 5}
PAID, FAILED, REFUNDED, NOT_REFUNDED = "payment_completed", "payment_failed", "payment_refunded", "refunds failed"
NOTHING = ""


@dataclass(frozen=True)
class Message:
    """One callback. ``forged``: what somebody would send in its place, by what is wrong with it."""

    send: Callable[[], int]
    forged: Mapping[str, Callable[[], int]]


class Teller:
    """A provider in a shop. ``kinds``: what it tells, and what becomes of that, once.

    ``ends``: what a checkout that ``story`` tells of has come to, each once.
    """

    name: ClassVar[str]
    kinds: ClassVar[Mapping[str, str]]
    ends: ClassVar[tuple[str, ...]] = (PAID, FAILED)

    def __init__(self, shop: Any, provider: Any) -> None:
        self.shop = shop
        self.provider = provider

    def bring_about(self, kind: str) -> Message:
        """Have it happen at the provider; the message that tells of it, not sent yet."""
        raise NotImplementedError

    def story(self) -> list[Message]:
        """A checkout that was declined (where the provider lets it go on) and paid: all messages about it, unsent."""
        raise NotImplementedError

    def refund(self) -> list[Message]:
        """Two seats of the latest payment go back; what the provider says of it when it has done so, unsent."""
        raise NotImplementedError

    def asked_back(self) -> str:
        """Two seats of the latest payment are to go back, and the provider takes its time; the refund's id."""
        answer = self.shop.refund(seats=2)
        assert answer.json["status"] == "pending", answer.text
        return str(answer.json["id"])

    def later(self, job: str, **after: float) -> None:
        """Run a job some time from now."""
        with time_machine.travel(now() + timedelta(**after)):
            self.shop.run(job)
