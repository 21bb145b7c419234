"""What PayPal posts to us: taken when it is signed, and then only as a hint.

Source of the signature: https://developer.paypal.com/api/rest/webhooks/rest/, "Self verification method".
"""

import base64
import binascii
import zlib
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Request

from billing.clients.payment_gateway import MESSAGE_LIMIT, Hint
from billing.clients.paypal.certificates import Certificates
from billing.errors import NotSigned
from chassis.clock import now
from chassis.errors import Malformed

_AGE = timedelta(days=4)
"""PayPal sends a message again for three days."""
_AHEAD = timedelta(minutes=5)
_REFUNDS = ("PAYMENT.CAPTURE.REFUNDED", "PAYMENT.REFUND.")


class _Unit(msgspec.Struct):
    custom_id: str | None = None


class _Resource(msgspec.Struct):
    custom_id: str | None = None
    purchase_units: list[_Unit] = []

    @property
    def subject(self) -> str | None:
        """Our id in it."""
        return self.custom_id or next((unit.custom_id for unit in self.purchase_units), None)


class _Event(msgspec.Struct):
    id: str
    event_type: str
    resource: _Resource


class Webhooks:
    """Reads what was signed for the endpoint of this id."""

    def __init__(self, webhook_id: str, certificates: Certificates) -> None:
        self._webhook_id = webhook_id
        self._certificates = certificates

    def read(self, request: Request) -> Hint | None:
        """The hint, None when it is about nothing of ours. Raises NotSigned, Malformed, ProviderUnavailable."""
        request.max_content_length = MESSAGE_LIMIT
        body = request.get_data(cache=False)
        self._verify(request, body)
        try:
            event = msgspec.json.decode(body, type=_Event)
        except msgspec.DecodeError:
            raise Malformed("The webhook is not an event of PayPal's API.") from None
        is_refund = event.event_type.startswith(_REFUNDS)
        try:
            kind = f"refund.{event.event_type}" if is_refund else event.event_type
            return Hint(event.id, kind, UUID(event.resource.subject))
        except (TypeError, ValueError):
            return None

    def _verify(self, request: Request, body: bytes) -> None:
        headers = request.headers
        if headers.get("Paypal-Auth-Algo") != "SHA256withRSA":
            raise NotSigned()
        sent, moment = headers.get("Paypal-Transmission-Id", ""), headers.get("Paypal-Transmission-Time", "")
        _require_recent(moment)
        try:
            signature = base64.b64decode(headers.get("Paypal-Transmission-Sig", ""), validate=True)
            message = f"{sent}|{moment}|{self._webhook_id}|{zlib.crc32(body)}".encode()
        except (binascii.Error, ValueError):
            raise NotSigned() from None
        key = self._certificates.key(headers.get("Paypal-Cert-Url", ""))
        try:
            key.verify(signature, message, PKCS1v15(), SHA256())
        except InvalidSignature:
            raise NotSigned() from None


def _require_recent(moment: str) -> None:
    try:
        age = now() - datetime.fromisoformat(moment)
    except (ValueError, TypeError):
        raise NotSigned() from None
    if not -_AHEAD <= age <= _AGE:
        raise NotSigned()
