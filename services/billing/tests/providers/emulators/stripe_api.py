"""Stripe: Checkout Sessions, charges, refunds, idempotency keys, signed events."""

import hashlib
import hmac
import json
import re
import secrets
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import requests
from flask import Response, jsonify, request

from emulators.server import Emulator

KEY = "sk_test_emulatedEmulated1"
WEBHOOK_SECRET = "whsec_emulatedEmulatedEmulated1"


@dataclass
class StripeEmulator(Emulator):
    """``pay``, ``decline``, ``expire`` are what people and time do; ``deliver`` posts the events that are due."""

    webhook_url: str = ""
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    charges: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    refund_state: str = "succeeded"

    def routes(self) -> None:
        self.app.before_request(self._authorized)
        self.answer("POST", "/v1/checkout/sessions", self._create)
        self.answer("GET", "/v1/checkout/sessions/<name>", lambda name: self._show(self.sessions, name))
        self.answer("GET", "/v1/charges", lambda: self._list(self.charges))
        self.answer("GET", "/v1/refunds", lambda: self._list(self.refunds))
        self.answer("POST", "/v1/refunds", self._refund)

    def pay(self, session_id: str, amount: int | None = None) -> str:
        """The payer pays; the charge's id."""
        return self._try(session_id, "succeeded", amount)

    def decline(self, session_id: str) -> str:
        """The payer's bank says no."""
        return self._try(session_id, "failed", None)

    def expire(self, session_id: str) -> None:
        """The page's time is over."""
        self.sessions[session_id]["status"] = "expired"
        self._say("checkout.session.expired", self.sessions[session_id])

    def settle_refunds(self, status: str) -> None:
        """The bank has decided."""
        for refund in self.refunds.values():
            refund["status"] = status
            self._say("refund.updated", refund)

    def deliver(self, *, times: int = 1) -> list[int]:
        """Post what is due, in order; the statuses."""
        due, self.events = self.events, []
        return [self.post(event) for event in due for _ in range(times)]

    def post(self, event: Any, secret: str = WEBHOOK_SECRET, at: int | None = None, sent: Any = None) -> int:
        """Post one event, signed so; the status. ``sent`` goes out under that signature in its place."""
        body = json.dumps(event)
        moment = int(time.time()) if at is None else at
        signature = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"Stripe-Signature": f"t={moment},v1={signature}", "Content-Type": "application/json"}
        said = body if sent is None else json.dumps(sent)
        return requests.post(self.webhook_url, data=said, headers=headers, timeout=30).status_code

    def _authorized(self) -> Response | None:
        if request.headers.get("Authorization") in (f"Bearer {KEY}", None) and "Authorization" in request.headers:
            return None
        return _error(401, "invalid_request_error", "Invalid API Key provided")

    def _create(self) -> Any:
        return self._once(self._new_session)

    def _refund(self) -> Any:
        return self._once(self._new_refund)

    def _once(self, make: Any) -> Any:
        key, asked = request.headers.get("Idempotency-Key", secrets.token_hex(8)), request.form.to_dict()
        with self.lock:
            if key not in self.keys:
                answer = make(asked)
                if isinstance(answer, Response):
                    return answer
                self.keys[key] = (asked, json.loads(json.dumps(answer)))
                return jsonify(answer)
            before, answer = self.keys[key]
        if before != asked:
            return _error(400, "idempotency_error", "Keys for idempotent requests can only be used with the same")
        replayed = jsonify(answer)
        replayed.headers["Idempotent-Replayed"] = "true"
        return replayed

    def _new_session(self, asked: dict[str, str]) -> Any:
        name = f"cs_test_{secrets.token_hex(8)}"
        until = int(asked["expires_at"]) - time.time()
        if not 1800 <= until <= 86400:
            return _error(400, "invalid_request_error", "The `expires_at` timestamp must be between 30 minutes and 24")
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "amount_total": int(asked["line_items[0][price_data][unit_amount]"]),
            "currency": asked["line_items[0][price_data][currency]"],
            "client_reference_id": asked["client_reference_id"],
            "metadata": _nested(asked, "metadata"),
            "payment_intent": None,
            "url": f"https://checkout.stripe.com/c/pay/{name}",
            "_carried": _nested(asked, "payment_intent_data[metadata]"),
        }
        return _public(self.sessions[name])

    def _new_refund(self, asked: dict[str, str]) -> Any:
        charge = self.charges.get(asked["charge"])
        if charge is None or charge["status"] != "succeeded":
            return _error(404, "invalid_request_error", "No such charge")
        gone = sum(one["amount"] for one in self.refunds.values() if one["charge"] == charge["id"])
        if gone + int(asked["amount"]) > charge["amount"]:
            return _error(400, "invalid_request_error", "Refund amount is greater than unrefunded amount on charge")
        name = f"re_{secrets.token_hex(8)}"
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "amount": int(asked["amount"]),
            "currency": charge["currency"],
            "charge": charge["id"],
            "status": self.refund_state,
            "metadata": _nested(asked, "metadata"),
            "created": int(time.time()),
        }
        self._say("refund.created", self.refunds[name])
        return self.refunds[name]

    def _try(self, session_id: str, status: str, amount: int | None) -> str:
        session = self.sessions[session_id]
        session["payment_intent"] = session["payment_intent"] or f"pi_{secrets.token_hex(8)}"
        name = f"ch_{secrets.token_hex(8)}"
        self.charges[name] = {
            "id": name,
            "object": "charge",
            "amount": session["amount_total"] if amount is None else amount,
            "currency": session["currency"],
            "payment_intent": session["payment_intent"],
            "status": status,
            "metadata": session["_carried"],
            "created": int(time.time()),
        }
        self._say(f"charge.{status}", self.charges[name])
        if status == "succeeded":
            session |= {"status": "complete", "payment_status": "paid", "url": None}
            self._say("checkout.session.completed", session)
        return name

    def _say(self, kind: str, about: dict[str, Any]) -> None:
        event = {"id": f"evt_{secrets.token_hex(8)}", "object": "event", "type": kind}
        self.events.append({**event, "data": {"object": json.loads(json.dumps(_public(about)))}})

    def _show(self, kept: dict[str, dict[str, Any]], name: str) -> Any:
        found = kept.get(name)
        return _error(404, "invalid_request_error", f"No such object: {name}") if found is None else _public(found)

    def _list(self, kept: dict[str, dict[str, Any]]) -> Any:
        """Newest first, a page at a time, as Stripe lists everything."""
        asked = request.args
        found = [one for one in reversed(kept.values()) if _is_asked_for(one, asked)]
        after = next((i + 1 for i, one in enumerate(found) if one["id"] == asked.get("starting_after")), 0)
        page = found[after : after + int(asked.get("limit", 10))]
        more = after + len(page) < len(found)
        return jsonify({"object": "list", "url": request.path, "data": page, "has_more": more})


def _is_asked_for(one: dict[str, Any], asked: Any) -> bool:
    if not int(asked.get("created[gte]", 0)) <= one["created"] < int(asked.get("created[lt]", 10**12)):
        return False
    return all(one[name] == asked[name] for name in ("payment_intent", "charge") if name in asked)


def _public(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if not name.startswith("_")}


def _nested(asked: dict[str, str], prefix: str) -> dict[str, str]:
    pattern = re.compile(re.escape(prefix) + r"\[(\w+)\]$")
    return {match[1]: value for name, value in asked.items() if (match := pattern.match(name))}


def _error(status: int, kind: str, message: str) -> Response:
    answer = jsonify({"error": {"type": kind, "message": message}})
    answer.status_code = status
    return answer


if __name__ == "__main__":
    with StripeEmulator(webhook_url=sys.argv[1] if len(sys.argv) > 1 else "").running(12111) as emulator:
        print(f"{emulator.url} with {KEY}")  # noqa: T201 - to whoever started it
        emulator.released.wait()
