"""The sandbox: signed as Standard Webhooks has it, the id and the moment in what is signed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import time_machine
from standardwebhooks import Webhook

from billing.sandbox.refunds import settle_refunds
from chassis.clock import now
from chassis.database import SYSTEM
from chassis.ids import new_id
from tellers.teller import FAILED, NOT_REFUNDED, PAID, REFUNDED, SEATS, Message, Teller


class Sandbox(Teller):
    name = "sandbox"
    kinds = {
        "session.paid": PAID,
        "session.declined": FAILED,
        "session.cancelled": FAILED,
        "session.expired": FAILED,
        "refund.succeeded": REFUNDED,
        "refund.failed": NOT_REFUNDED,
    }
    choices = {"session.declined": "decline", "session.cancelled": "cancel", "session.expired": "expire"}

    def bring_about(self, kind: str) -> Message:
        page = self._opened()
        self.shop.at_provider(page, self.choices.get(kind, "pay_refund_later"))
        if kind.startswith("session."):
            return self._message(kind)
        assert self._message("session.paid").send() == 204
        return self._back(kind)

    def story(self) -> list[Message]:
        page = self._opened()
        self.shop.at_provider(page, "decline")
        self.shop.at_provider(page, "pay_refund_later")
        return [self._message("session.declined"), self._message("session.paid")]

    def refund(self) -> list[Message]:
        return [self._back("refund.succeeded")]

    def _back(self, kind: str) -> Message:
        self.asked_back()
        if kind == "refund.failed":
            self.shop.change("update sandbox_sessions set refunds = 'never'")
        with time_machine.travel(now() + timedelta(seconds=6)), self.shop.database.transaction(SYSTEM) as session:
            settle_refunds(session)
        return self._message(kind)

    def _opened(self) -> str:
        return str(self.shop.press_pay(self.shop.checkout(SEATS)))

    def _message(self, kind: str) -> Message:
        """What the sandbox is about to say, taken out of its hands."""
        [(id, body)] = self.shop.rows(
            "select id, body from sandbox_deliveries where type = :kind and state = 'pending'", kind=kind
        )
        self.shop.change("update sandbox_deliveries set state = 'delivered' where id = :id", id=id)
        return Message(lambda: self._post(id, body), self._forged(id, body))

    def _post(
        self,
        id: str,
        body: str,
        *,
        secret: str | None = None,
        late: timedelta = timedelta(),
        sent: str | None = None,
        **other: str,
    ) -> int:
        """Signed so long ago; ``sent`` goes out in its place, and ``other`` headers in that of the right ones."""
        at = datetime.fromtimestamp(int((now() - late).timestamp()), UTC)
        own = self.shop.settings.gateway
        headers = {
            "content-type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret or own.webhook_secret).sign(id, at, body),
            **{name.replace("_", "-"): value for name, value in other.items()},
        }
        return requests.post(own.webhook_url, sent or body, headers=headers, timeout=30).status_code

    def _forged(self, id: str, body: str) -> dict[str, Any]:
        key = self.shop.app.json.loads(body)["data"]["key"]
        return {
            "another secret": lambda: self._post(id, body, secret="whsec_" + "QUFB" * 8),
            "no signature": lambda: self._post(id, body, webhook_signature=""),
            "another body": lambda: self._post(id, body, sent=body.replace(key, str(new_id()))),
            "another id": lambda: self._post(id, body, webhook_id="evt_another"),
            "stale": lambda: self._post(id, body, late=timedelta(minutes=6)),
            "stale by days": lambda: self._post(id, body, late=timedelta(days=3)),
            "of tomorrow": lambda: self._post(id, body, late=-timedelta(minutes=6)),
        }
