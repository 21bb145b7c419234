"""PayPal: messages signed with the key of a certificate of its own, and the moment in what is signed."""

import base64
import copy
from datetime import timedelta
from typing import Any

from chassis.ids import new_id
from tellers.teller import FAILED, NOT_REFUNDED, NOTHING, PAID, REFUNDED, SEATS, Message, Teller


class Paypal(Teller):
    """An order is captured once, so that no checkout is declined and then paid."""

    name = "paypal"
    kinds = {
        "CHECKOUT.ORDER.APPROVED": PAID,
        "CHECKOUT.ORDER.VOIDED": FAILED,
        "PAYMENT.CAPTURE.PENDING": NOTHING,
        "PAYMENT.CAPTURE.COMPLETED": PAID,
        "PAYMENT.CAPTURE.DECLINED": FAILED,
        "PAYMENT.CAPTURE.REFUNDED": REFUNDED,
        "PAYMENT.CAPTURE.REFUNDED, it failed": NOT_REFUNDED,
    }
    ends = (PAID,)

    def __init__(self, shop: Any, provider: Any) -> None:
        super().__init__(shop, provider)
        shop.hear(shop.now_paying_in("USD"))

    def bring_about(self, kind: str) -> Message:
        named, _, failed = kind.partition(",")
        if named == "PAYMENT.CAPTURE.REFUNDED":
            self.provider.approve(self._opened()[1])
            self.provider.deliver(), self.provider.deliver()
            return self._back("FAILED" if failed else "COMPLETED")
        checkout, order = self._opened()
        if kind == "CHECKOUT.ORDER.VOIDED":
            self.provider.void(order)
        else:
            self.provider.approve(order)
        if kind.startswith("PAYMENT.CAPTURE."):
            self._capture_later(checkout)
            self.provider.decide(kind.rpartition(".")[2])
        return self._message(kind)

    def story(self) -> list[Message]:
        checkout, order = self._opened()
        self.provider.approve(order)
        self._capture_later(checkout)
        self.provider.decide("COMPLETED")
        kinds = ("CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.COMPLETED")
        return [self._message(kind) for kind in kinds]

    def refund(self) -> list[Message]:
        return [self._back("COMPLETED")]

    def _back(self, status: str) -> Message:
        self.provider.refund_status = "PENDING"
        self.asked_back()
        self.provider.settle_refunds(status)
        return self._message("PAYMENT.CAPTURE.REFUNDED")

    def _opened(self) -> tuple[str, str]:
        self.provider.events.clear()
        self.provider.capture_status = "COMPLETED"
        checkout = self.shop.checkout(SEATS, method="card")
        return checkout, str(self.shop.client.post(f"/pay/{checkout}").location.rpartition("=")[2])

    def _capture_later(self, checkout: str) -> None:
        """The payer comes back, the money is asked for, and PayPal takes its time."""
        self.provider.capture_status = "PENDING"
        self.shop.client.get(f"/pay/{checkout}/return")

    def _message(self, kind: str) -> Message:
        event = [one for one in self.provider.events if one["event_type"] == kind][-1]
        return Message(lambda: self.provider.post(event), self._forged(event))

    def _forged(self, event: Any) -> dict[str, Any]:
        changed = copy.deepcopy(event)
        changed["resource"]["custom_id"] = str(new_id())
        signature = base64.b64encode(b"x" * 256).decode()
        post = self.provider.post
        return {
            "another key": lambda: post(event, signer="somebody.example"),
            "another's certificate": lambda: post(event, paypal_cert_url="http://127.0.0.1:9/v1/notifications/certs/C"),
            "no signature": lambda: post(event, paypal_transmission_sig=""),
            "another signature": lambda: post(event, paypal_transmission_sig=signature),
            "another body": lambda: post(event, sent=changed),
            "another id": lambda: post(event, sent={**event, "id": "WH-ANOTHER"}),
            "stale": lambda: post(event, late=timedelta(days=4, minutes=1)),
            "of tomorrow": lambda: post(event, late=-timedelta(minutes=6)),
        }
