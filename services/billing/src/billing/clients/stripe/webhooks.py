"""What Stripe posts to us: taken when it is signed, and then only as a hint."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
import stripe
from flask import Request

from billing.clients.payment_gateway import MESSAGE_LIMIT, Hint
from billing.clients.stripe.words import CHECKOUT, REFUND
from billing.errors import NotSigned
from chassis.errors import Malformed


class _About(msgspec.Struct):
    object: str
    client_reference_id: str | None = None
    metadata: Mapping[str, str] | None = None


class _Data(msgspec.Struct):
    object: _About


class _Event(msgspec.Struct):
    id: str
    type: str
    data: _Data


def read(request: Request, secrets: tuple[str, ...]) -> Hint | None:
    """The hint, None when it is about nothing of ours.

    Raises NotSigned for anything not signed in the last five minutes.
    """
    request.max_content_length = MESSAGE_LIMIT
    body, signature = request.get_data(cache=False), request.headers.get("Stripe-Signature")
    if not any(_is_signed(body, signature, secret) for secret in secrets):
        raise NotSigned()
    try:
        event = msgspec.json.decode(body, type=_Event)
    except msgspec.DecodeError:
        raise Malformed("The webhook is not an event of Stripe's API.") from None
    return _hint(event)


def _hint(event: _Event) -> Hint | None:
    about, metadata = event.data.object, event.data.object.metadata or {}
    if about.object == "refund":
        kind, key = f"refund.{event.type}", metadata.get(REFUND)
    else:
        kind, key = event.type, metadata.get(CHECKOUT) or about.client_reference_id
    try:
        return Hint(event.id, kind, UUID(key))
    except (TypeError, ValueError):
        return None


def _is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, secret, stripe.Webhook.DEFAULT_TOLERANCE)
    except (stripe.SignatureVerificationError, ValueError):
        return False
    return True
