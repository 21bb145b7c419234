"""Event batches over HTTP between processes: CloudEvents JSON, signed like a webhook, acknowledged by 204."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import urllib3
from flask import Blueprint, request
from standardwebhooks import Webhook, WebhookVerificationError

from chassis import inbox, trace_context
from chassis.database import SYSTEM, Database
from chassis.envelope import BATCH_TYPE, Envelope, from_json, is_ours, to_json
from chassis.errors import Malformed, TooLarge, Unauthenticated, UnsupportedMediaType
from chassis.ids import new_id

PATH = "/internal/events"
BODY_LIMIT = 8_000_000
"""Largest batch accepted, in bytes: a full batch of the relay with room for its envelopes."""

_TIMEOUT = urllib3.Timeout(connect=3, read=15)
_RETRY = urllib3.Retry(total=1, redirect=False, status=0, backoff_factor=0, allowed_methods=None)
"""Once more at once, for a kept-alive connection the other side has just closed; a repeat is harmless."""


class NotAcknowledged(Exception):
    """The subscriber answered, but did not take the batch."""


class HttpTransport:
    """Posts batches to the subscribers' base URLs over kept-alive connections. Threads may share it."""

    def __init__(self, urls: Mapping[str, str], secret: str) -> None:
        self._urls = {name: url.rstrip("/") + PATH for name, url in urls.items()}
        self._webhook = _webhooks(secret)[0]
        self._pool = urllib3.PoolManager(maxsize=2, timeout=_TIMEOUT, retries=_RETRY)

    def send(self, subscriber: str, batch: Sequence[Envelope]) -> None:
        """Deliver the batch. Raises when the subscriber is unknown, out of reach, or does not answer 204."""
        if subscriber not in self._urls:
            raise NotAcknowledged(f"no URL is configured for {subscriber}")
        body = to_json(batch)
        response = self._pool.request(
            "POST", self._urls[subscriber], body=body, headers=self._headers(body), redirect=False
        )
        if response.status != 204:
            raise NotAcknowledged(f"{subscriber} answered {response.status}")

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()

    def _headers(self, body: bytes) -> dict[str, str]:
        message, moment = str(new_id()), datetime.now(UTC)
        return {
            "content-type": BATCH_TYPE,
            "webhook-id": message,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": self._webhook.sign(message, moment, body.decode()),
            **trace_context.headers(),
        }


def receive_blueprint(database: Database, secret: str) -> Blueprint:
    """The other side: verify, store in the inbox, commit, and only then acknowledge."""
    blueprint = Blueprint("events", __name__)
    webhooks = _webhooks(secret)

    @blueprint.post(PATH)
    def receive() -> tuple[str, int]:
        batch = _read(webhooks)
        with database.transaction(SYSTEM) as session:
            inbox.accept(session, batch)
        return "", 204

    return blueprint


def _webhooks(secret: str) -> list[Webhook]:
    """One for each secret: while it changes there are two, separated by a comma. The first signs, all verify."""
    return [Webhook(each.strip()) for each in secret.split(",")]


def _read(webhooks: Sequence[Webhook]) -> list[Envelope]:
    """The request's batch. Refused unless it is signed with our secret, fresh, bounded and well formed."""
    if request.mimetype != BATCH_TYPE:
        raise UnsupportedMediaType(f"Send the batch as {BATCH_TYPE}.")
    request.max_content_length = BODY_LIMIT
    if (request.content_length or 0) > BODY_LIMIT:
        raise TooLarge
    body = request.get_data(cache=False)
    if not any(_is_signed(webhook, body) for webhook in webhooks):
        raise Unauthenticated("The batch is not signed, or not with the right secret, or too old.")
    return _parse(body)


def _is_signed(webhook: Webhook, body: bytes) -> bool:
    try:
        webhook.verify(body, dict(request.headers), json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: a signature that is not even base64
        return False
    return True


def _parse(body: bytes) -> list[Envelope]:
    try:
        batch = from_json(body)
    except msgspec.DecodeError:
        raise Malformed("The body is not a batch of CloudEvents.") from None
    if not all(map(is_ours, batch)):
        raise Malformed("A source or a position is not in the form we publish.")
    return batch
