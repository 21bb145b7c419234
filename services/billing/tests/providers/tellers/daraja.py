"""M-Pesa: nothing is signed and nothing has a moment; whoever knows the address is believed to be M-Pesa."""

import copy
from typing import Any
from uuid import UUID

from billing.clients.daraja.addresses import Addresses
from chassis.ids import new_id
from tellers.teller import FAILED, NOT_REFUNDED, PAID, REFUNDED, SEATS, Message, Teller

PHONE = "0712 345 678"


class Daraja(Teller):
    name = "daraja"
    kinds = {
        "a prompt that was paid": PAID,
        "a prompt that was cancelled": FAILED,
        "a prompt that nobody answered": FAILED,
        "a reversal that went through": REFUNDED,
        "a reversal that was refused": NOT_REFUNDED,
        "an answer about a reversal": REFUNDED,
    }
    codes = {"a prompt that was cancelled": "1032", "a prompt that nobody answered": "1037"}

    def bring_about(self, kind: str) -> Message:
        if "prompt" in kind:
            self._ring(self.shop.checkout(SEATS, method="mpesa"))
            return self._answered(self.codes.get(kind, "0"))
        self._ring(self.shop.checkout(SEATS, method="mpesa"))
        assert self._answered("0").send() == 200
        self.asked_back()
        if kind == "an answer about a reversal":
            return self._told()
        self.provider.finish_reversals("1" if "refused" in kind else "0")
        return self._message(*self.provider.due.pop())

    def story(self) -> list[Message]:
        checkout = self.shop.checkout(SEATS, method="mpesa")
        self._ring(checkout)
        declined = self._answered("1032")
        self.later("settle_open_payments", minutes=2)  # no phone rings again while one is believed to ring
        self._ring(checkout)
        return [declined, self._answered("0")]

    def refund(self) -> list[Message]:
        self.asked_back()
        told = self._told()
        [reversal] = [one for one in self.provider.reversals.values() if one["state"] == "Completed"][-1:]
        reversal["state"] = "taken"
        self.provider.finish_reversals()
        return [told, self._message(*self.provider.due.pop())]

    def _told(self) -> Message:
        """Its result was lost, and so we asked."""
        self.provider.finish_reversals()
        self.provider.due.clear()
        self.later("look_after_refunds", minutes=10)
        return self._message(*self.provider.due.pop())

    def _ring(self, checkout: str) -> None:
        answer = self.shop.client.post(f"/pay/{checkout}", data={"phone": PHONE})
        assert answer.status_code == 303, answer.text
        self.shop.run("send_prompts")

    def _answered(self, code: str) -> Message:
        self.provider.answer_phone(code)
        return self._message(*self.provider.due.pop())

    def _message(self, url: str, body: Any) -> Message:
        return Message(lambda: self.provider.post(url, body), self._forged(url, body))

    def _forged(self, url: str, body: Any) -> dict[str, Any]:
        base, _, token = url.rstrip("/").rpartition("/")
        kind, subject = token[0], UUID(hex=token[1:33])
        theirs = Addresses(base, b"the key of somebody else").of(kind, subject)
        of_another = Addresses(base, self.shop.mpesa_settings.callback_key).of(kind, new_id())
        other = {"p": "r", "r": "p"}[kind]
        post = self.provider.post
        found = {
            "an address made with another key": lambda: post(theirs, body),
            "an address one letter off": lambda: post(f"{base}/{token[:-1]}{'1' if token[-1] == '0' else '0'}/", body),
            "the address of another kind": lambda: post(f"{base}/{other}{token[1:]}/", body),
            "half an address": lambda: post(f"{base}/{token[:33]}/", body),
            "no address": lambda: post(f"{base}/", body),
            "the address of nothing": lambda: post(of_another, body),
        }
        return found | {f"another {what}": lambda said=said: post(url, said) for what, said in _changed(body).items()}


def _changed(body: Any) -> dict[str, Any]:
    """The same message about something else."""
    found = {}
    for what in ("CheckoutRequestID", "MerchantRequestID", "Amount", "OriginalTransactionID"):
        changed = copy.deepcopy(body)
        if _change(changed, what):
            found[what] = changed
    return found


def _change(told: Any, what: str) -> bool:
    if isinstance(told, list):
        return any(_change(one, what) for one in told)
    if not isinstance(told, dict):
        return False
    if what in told:
        told[what] = "another"
        return True
    if what in (told.get("Name"), told.get("Key")):
        told["Value"] = 1
        return True
    return any(_change(one, what) for one in told.values())
