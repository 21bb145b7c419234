"""PayPal: tokens, Orders v2, captures, refunds, transactions, messages signed with a certificate it publishes."""

import base64
import json
import secrets
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from flask import Response, jsonify, request

from chassis.clock import now
from emulators.server import Emulator

CLIENT_ID, CLIENT_SECRET = "client-id-of-the-emulator", "client-secret-of-the-emulator"
WEBHOOK_ID = "8PT597110X687430LKGECATA"


@cache
def pair(name: str) -> tuple[rsa.RSAPrivateKey, bytes]:
    """A key, and its certificate for a year around now."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.now(UTC) - timedelta(days=180)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=365))
        .sign(key, SHA256())
    )
    return key, made.public_bytes(Encoding.PEM)


@dataclass
class PaypalEmulator(Emulator):
    """``approve`` and ``void`` are what people and time do; ``deliver`` posts the messages that are due."""

    webhook_url: str = ""
    tokens: set[str] = field(default_factory=set)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    answered: dict[tuple[str, str], Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    capture_status: str = "COMPLETED"
    refund_status: str = "COMPLETED"
    refuses_to_capture: str | None = None
    certificate: bytes = b""

    def routes(self) -> None:
        self.answer("POST", "/v1/oauth2/token", self._token)
        self.answer("POST", "/v2/checkout/orders", self._allowed(lambda: self._once(self._create)))
        self.answer("GET", "/v2/checkout/orders/<name>", self._allowed(lambda name: self._show(self.orders, name)))
        self.answer("POST", "/v2/checkout/orders/<name>/capture", self._allowed(self._capture))
        self.answer("POST", "/v2/payments/captures/<name>/refund", self._allowed(self._refund))
        self.answer("GET", "/v2/payments/refunds/<name>", self._allowed(lambda name: self._show(self.refunds, name)))
        self.answer("GET", "/v1/reporting/transactions", self._allowed(self._transactions))
        self.answer("GET", "/v1/notifications/certs/<name>", self._certificate)

    def approve(self, order_id: str) -> None:
        """The payer agrees on PayPal's page."""
        self.orders[order_id] |= {"status": "APPROVED", "update_time": _moment(), "links": []}
        self._say("CHECKOUT.ORDER.APPROVED", self.orders[order_id])

    def void(self, order_id: str) -> None:
        """Nobody agreed in time."""
        self.orders[order_id]["status"] = "VOIDED"
        self._say("CHECKOUT.ORDER.VOIDED", self.orders[order_id])

    def decide(self, status: str) -> None:
        """What was pending is not any more."""
        for capture in self.captures():
            if capture["status"] == "PENDING":
                capture["status"] = status
                self._say(f"PAYMENT.CAPTURE.{status}", capture)

    def settle_refunds(self, status: str) -> None:
        """What was pending is not any more."""
        for refund in self.refunds.values():
            refund["status"] = status
            self._say("PAYMENT.CAPTURE.REFUNDED", refund)

    def captures(self) -> list[dict[str, Any]]:
        """All money taken."""
        units = [unit for order in self.orders.values() for unit in order["purchase_units"]]
        return [capture for unit in units for capture in unit.get("payments", {}).get("captures", [])]

    def deliver(self, *, times: int = 1) -> list[int]:
        """Post what is due, in order; the statuses."""
        due, self.events = self.events, []
        return [self.post(event) for event in due for _ in range(times)]

    def post(
        self,
        event: Any,
        *,
        signer: str = "api.paypal.com",
        late: timedelta = timedelta(),
        sent: Any = None,
        **other: str,
    ) -> int:
        """Post one message, signed by ``signer`` so long ago; the status.

        ``sent`` goes out under that signature in its place; ``other`` headers replace the right ones.
        """
        body, name, moment = json.dumps(event).encode(), secrets.token_hex(16), _moment(now() - late)
        message = f"{name}|{moment}|{WEBHOOK_ID}|{zlib.crc32(body)}".encode()
        signature = pair(signer)[0].sign(message, padding.PKCS1v15(), SHA256())
        headers = {
            "PAYPAL-TRANSMISSION-ID": name,
            "PAYPAL-TRANSMISSION-TIME": moment,
            "PAYPAL-TRANSMISSION-SIG": base64.b64encode(signature).decode(),
            "PAYPAL-CERT-URL": f"{self.url}/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77",
            "PAYPAL-AUTH-ALGO": "SHA256withRSA",
            "Content-Type": "application/json",
            **{name.replace("_", "-").upper(): value for name, value in other.items()},
        }
        said = body if sent is None else json.dumps(sent).encode()
        return requests.post(self.webhook_url, data=said, headers=headers, timeout=30).status_code

    def _token(self) -> Any:
        asked = request.authorization
        if asked is None or (asked.username, asked.password) != (CLIENT_ID, CLIENT_SECRET):
            return _error(401, "invalid_client")
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        return jsonify({"access_token": token, "token_type": "Bearer", "expires_in": 32400, "scope": "https://uri"})

    def _allowed(self, view: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(**names: str) -> Any:
            if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
                return _error(401, "AUTHENTICATION_FAILURE")
            with self.lock:
                return view(**names)

        return guarded

    def _once(self, make: Callable[[dict[str, Any]], Any]) -> Any:
        """The same to the same PayPal-Request-Id."""
        key = (request.path, request.headers["PayPal-Request-Id"])
        if key not in self.answered:
            made = make(request.get_json())
            if isinstance(made, Response):
                return made
            self.answered[key] = json.loads(json.dumps(made))
        return jsonify(self.answered[key]), 201

    def _create(self, asked: dict[str, Any]) -> Any:
        [unit] = asked["purchase_units"]
        if asked["intent"] != "CAPTURE" or unit["amount"]["currency_code"] == "KES" or len(unit["description"]) > 127:
            return _error(422, "CURRENCY_NOT_SUPPORTED")
        name = secrets.token_hex(8).upper()
        self.orders[name] = {
            "id": name,
            "status": "PAYER_ACTION_REQUIRED",
            "intent": "CAPTURE",
            "purchase_units": [{"reference_id": "default", **unit}],
            "links": [{"rel": "payer-action", "href": f"https://www.paypal.com/checkoutnow?token={name}"}],
            "create_time": _moment(),
        }
        return self.orders[name]

    def _capture(self, name: str) -> Any:
        order = self.orders[name]

        def take(_: dict[str, Any]) -> Any:
            if order["status"] == "COMPLETED":
                return _error(422, "UNPROCESSABLE_ENTITY", "ORDER_ALREADY_CAPTURED")
            if order["status"] != "APPROVED":
                return _error(422, "UNPROCESSABLE_ENTITY", "ORDER_NOT_APPROVED")
            if self.refuses_to_capture is not None:
                order["status"] = "PAYER_ACTION_REQUIRED"
                order["links"] = [{"rel": "payer-action", "href": f"https://www.paypal.com/checkoutnow?token={name}"}]
                return _error(422, "UNPROCESSABLE_ENTITY", self.refuses_to_capture)
            [unit] = order["purchase_units"]
            capture = {
                "id": secrets.token_hex(8).upper(),
                "status": self.capture_status,
                "amount": unit["amount"],
                "custom_id": unit["custom_id"],
                "create_time": _moment(),
            }
            unit["payments"] = {"captures": [capture]}
            order["status"] = "COMPLETED"
            self._say(f"PAYMENT.CAPTURE.{self.capture_status}", capture)
            return order

        return self._once(take)

    def _refund(self, name: str) -> Any:
        def give(asked: dict[str, Any]) -> Any:
            capture = next((one for one in self.captures() if one["id"] == name and one["status"] == "COMPLETED"), None)
            if capture is None:
                return _error(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")
            gone = sum(float(one["amount"]["value"]) for one in self.refunds.values() if one["_of"] == name)
            if gone + float(asked["amount"]["value"]) > float(capture["amount"]["value"]):
                return _error(422, "UNPROCESSABLE_ENTITY", "REFUND_AMOUNT_EXCEEDED")
            refund = {
                "id": secrets.token_hex(8).upper(),
                "status": self.refund_status,
                "amount": asked["amount"],
                "custom_id": asked["custom_id"],
                "create_time": _moment(),
                "_of": name,
            }
            self.refunds[refund["id"]] = refund
            self._say("PAYMENT.CAPTURE.REFUNDED", refund)
            return refund

        return self._once(give)

    def _show(self, kept: dict[str, dict[str, Any]], name: str) -> Any:
        return kept.get(name) or _error(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")

    def _transactions(self) -> Any:
        asked = request.args
        begin, end = (datetime.fromisoformat(asked[name]) for name in ("start_date", "end_date"))
        if end - begin > timedelta(days=31):
            return _error(400, "INVALID_REQUEST", "Date range is greater than 31 days")
        found = [_detail(one, "T0006", "") for one in self.captures() if one["status"] == "COMPLETED"]
        found += [_detail(one, "T1107", "-") for one in self.refunds.values() if one["status"] == "COMPLETED"]
        found.append(_detail({"id": "FEE", "amount": {"currency_code": "USD", "value": "1.00"}}, "T0400", "-"))
        size, number = 2, int(asked["page"])
        pages = -(-len(found) // size)
        page = found[size * (number - 1) :][:size]
        return jsonify({"transaction_details": page, "page": number, "total_pages": pages, "total_items": len(found)})

    def _certificate(self, name: str) -> Response:  # noqa: ARG002
        return Response(self.certificate or pair("api.paypal.com")[1], content_type="application/x-pem-file")

    def _say(self, kind: str, about: dict[str, Any]) -> None:
        event = {"id": f"WH-{secrets.token_hex(12)}", "event_version": "1.0", "event_type": kind}
        self.events.append({**event, "create_time": _moment(), "resource": json.loads(json.dumps(about))})


def _detail(one: dict[str, Any], code: str, sign: str) -> dict[str, Any]:
    amount = {**one["amount"], "value": sign + one["amount"]["value"]}
    info = {
        "transaction_id": one["id"],
        "transaction_event_code": code,
        "transaction_initiation_date": one.get("create_time", _moment()).replace("Z", "+0000"),
        "transaction_amount": amount,
        "transaction_status": "S",
    }
    return {"transaction_info": info}


def _moment(at: datetime | None = None) -> str:
    return f"{(at or now()).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _error(status: int, name: str, issue: str = "") -> Response:
    answer = jsonify({"name": name, "message": "…", "details": [{"issue": issue or name}]})
    answer.status_code = status
    return answer


if __name__ == "__main__":
    with PaypalEmulator(webhook_url=sys.argv[1] if len(sys.argv) > 1 else "").running(12113) as emulator:
        print(f"{emulator.url} with {CLIENT_ID}:{CLIENT_SECRET}")  # noqa: T201 - to whoever started it
        emulator.released.wait()
