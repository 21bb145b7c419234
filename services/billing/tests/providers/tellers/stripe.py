"""Stripe: events signed with the endpoint's secret, and the moment in the signature."""

import copy
import time
from typing import Any

from chassis.ids import new_id
from tellers.teller import FAILED, NOT_REFUNDED, PAID, REFUNDED, SEATS, Message, Teller


class Stripe(Teller):
    name = "stripe"
    kinds = {
        "charge.succeeded": PAID,
        "charge.failed": FAILED,
        "checkout.session.completed": PAID,
        "checkout.session.expired": FAILED,
        "refund.created": REFUNDED,
        "refund.updated": REFUNDED,
        "refund.updated, it failed": NOT_REFUNDED,
    }

    def bring_about(self, kind: str) -> Message:
        if kind.startswith("refund"):
            return self._refund(kind)
        session = self._opened()
        if kind == "charge.failed":
            self.provider.decline(session)
        elif kind == "checkout.session.expired":
            self.provider.expire(session)
        else:
            self.provider.pay(session)
        return self._message(kind)

    def story(self) -> list[Message]:
        session = self._opened()
        self.provider.decline(session)
        self.provider.pay(session)
        return [self._message(kind) for kind in ("charge.failed", "charge.succeeded", "checkout.session.completed")]

    def refund(self) -> list[Message]:
        return [self._back("refund.updated", "succeeded")]

    def _refund(self, kind: str) -> Message:
        self.provider.pay(self._opened())
        self.provider.deliver()
        named, _, failed = kind.partition(",")
        return self._back(named, "failed" if failed else "succeeded")

    def _back(self, kind: str, status: str) -> Message:
        self.provider.refund_state = "pending"
        self.asked_back()
        self.provider.settle_refunds(status)
        return self._message(kind)

    def _opened(self) -> str:
        self.provider.events.clear()
        checkout = self.shop.checkout(SEATS, method="card")
        return str(self.shop.client.post(f"/pay/{checkout}").location.rpartition("/")[2])

    def _message(self, kind: str) -> Message:
        event = [one for one in self.provider.events if one["type"] == kind][-1]
        return Message(lambda: self.provider.post(event), self._forged(event))

    def _forged(self, event: Any) -> dict[str, Any]:
        changed = copy.deepcopy(event)
        about = changed["data"]["object"]
        about["metadata"] = {name: str(new_id()) for name in about.get("metadata") or {"checkout": ""}}
        post = self.provider.post
        return {
            "another secret": lambda: post(event, secret="whsec_somebody_elses"),
            "no secret": lambda: post(event, secret=""),
            "another body": lambda: post(event, sent=changed),
            "another id": lambda: post(event, sent={**event, "id": "evt_another"}),
            "stale": lambda: post(event, at=int(time.time()) - 301),
            "stale by days": lambda: post(event, at=int(time.time()) - 3 * 86_400),
        }
