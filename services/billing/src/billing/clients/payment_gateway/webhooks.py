"""What the provider posts to us: taken when it is signed, and then only as a hint."""

from uuid import UUID

import msgspec
from flask import Request
from standardwebhooks import Webhook, WebhookVerificationError

from billing.clients.payment_gateway.words import Hint
from billing.errors import NotSigned
from chassis.errors import Malformed

MESSAGE_LIMIT = 65_536
"""Largest webhook read, in bytes."""


class _HintData(msgspec.Struct):
    key: UUID


class _HintBody(msgspec.Struct):
    type: str
    data: _HintData


class Webhooks:
    """Reads what either of the secrets (separated by a comma) has signed."""

    def __init__(self, secrets: str) -> None:
        self._webhooks = [Webhook(secret.strip()) for secret in secrets.split(",")]

    def read(self, request: Request) -> Hint:
        """The hint in a webhook. Raises NotSigned for anything the provider did not sign in the last five minutes."""
        request.max_content_length = MESSAGE_LIMIT
        body = request.get_data(cache=False)
        if not any(_is_signed(webhook, body, dict(request.headers)) for webhook in self._webhooks):
            raise NotSigned()
        try:
            read = msgspec.json.decode(body, type=_HintBody)
        except msgspec.DecodeError:
            raise Malformed("The webhook is not a message of the provider's API.") from None
        return Hint(request.headers["webhook-id"], read.type, read.data.key)


def _is_signed(webhook: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        webhook.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError, UnicodeError):
        return False
    return True
