"""Organizations' own servers: one signed POST, as Standard Webhooks has it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from standardwebhooks import Webhook

from chassis.outgoing import Policy, Undelivered, post
from notifications.rules.webhooks.excerpt import excerpt
from notifications.rules.webhooks.schedule import Outcome

_AGENT = "Ufadhili-Webhooks/1.0"


@dataclass(frozen=True)
class Letter:
    """What is sent where. ``secrets`` all sign, the newest first."""

    url: str
    message_id: UUID
    body: str
    secrets: Sequence[str]

    def headers(self, at: datetime) -> dict[str, str]:
        """The moment is the attempt's; the id is the fact's and never changes."""
        message = str(self.message_id)
        signatures = [Webhook(secret).sign(message, at, self.body) for secret in self.secrets]
        return {
            "Content-Type": "application/json",
            "User-Agent": _AGENT,
            "webhook-id": message,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


class Receivers:
    """The way to organizations' servers, as far as ``policy`` lets."""

    def __init__(self, policy: Policy, *, seconds: float = 15.0) -> None:
        self.policy, self._seconds = policy, seconds

    def send(self, letter: Letter, at: datetime) -> Outcome:
        """One attempt. Never raises for what the receiver does."""
        began = time.perf_counter()
        try:
            answer = post(self.policy, letter.url, letter.body.encode(), letter.headers(at), seconds=self._seconds)
        except Undelivered as trouble:
            return Outcome(None, trouble.reason, _since(began))
        accepted = 200 <= answer.status < 300
        said = None if accepted else excerpt(answer.headers.get("content-type"), answer.body)
        return Outcome(answer.status, None, _since(began), answer.headers.get("retry-after"), said)


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
