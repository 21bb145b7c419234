"""The sandbox's webhooks: delivered over HTTP, signed, and again with growing pauses until somebody answers 2xx."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import requests
from sqlalchemy import Row, select, text
from standardwebhooks import Webhook

from billing.sandbox import refunds, sessions
from billing.sandbox.models import OPEN, SandboxSession
from billing.sandbox.settings import SandboxSettings
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use

ATTEMPTS = 300
"""Then it is given up: with pauses of at most a quarter of an hour, after about three days."""

_LONGEST_PAUSE = 900.0
_BATCH = 20
_TIMEOUT = (1, 15)

# Claimed before it is sent: whoever dies with it in hand leaves it to the next run after the pause.
_CLAIM = text("""
update sandbox_deliveries set attempts = attempts + 1, next_attempt_at = :until
where id in (
    select id from sandbox_deliveries where state = 'pending' and next_attempt_at <= :now
    order by next_attempt_at, id limit :batch for update skip locked
) returning id, url, body, attempts
""")
_DELIVERED = text("""
update sandbox_deliveries set state = 'delivered', delivered_at = :now, last_answer = :answer
where id = :id and state = 'pending'
""")
_FAILED = text("""
update sandbox_deliveries set last_answer = :answer, next_attempt_at = :next,
    state = case when attempts >= :most then 'given_up' else state end
where id = :id and state = 'pending'
""")


def deliver_webhooks(database: Database) -> None:
    """Expire and settle what is due, then send what is due. No transaction is open while something is sent."""
    with database.transaction(SYSTEM) as session:
        settings = use(session, SandboxSettings)
        if not settings.enabled:
            return
        over = SandboxSession.expires_at <= now()
        for session_id in session.scalars(select(SandboxSession.id).where(SandboxSession.state == OPEN, over)).all():
            sessions.find_session(session, session_id)
        refunds.settle_refunds(session)
    with database.transaction(SYSTEM) as session:
        until = now() + timedelta(seconds=_TIMEOUT[1] * 2)
        due = session.execute(_CLAIM, {"now": now(), "until": until, "batch": _BATCH}).all()
    _send_all(database, settings, due)


def _send_all(database: Database, settings: SandboxSettings, due: Sequence[Row[tuple[str, str, str, int]]]) -> None:
    webhook = Webhook(settings.webhook_secret)
    with requests.Session() as http:
        http.trust_env = False
        for delivery in due:
            _settle(database, delivery, _send(http, webhook, delivery))


def _send(http: requests.Session, webhook: Webhook, delivery: Row[tuple[str, str, str, int]]) -> str:
    """The status answered, or what kept anybody from answering."""
    at = datetime.fromtimestamp(int(now().timestamp()), UTC)
    headers = {
        "content-type": "application/json",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": webhook.sign(delivery.id, at, delivery.body),
    }
    try:
        answer = http.post(
            delivery.url, data=delivery.body.encode(), headers=headers, timeout=_TIMEOUT, allow_redirects=False
        )
    except requests.RequestException as error:
        return type(error).__name__
    return str(answer.status_code)


def _settle(database: Database, delivery: Row[tuple[str, str, str, int]], answer: str) -> None:
    with database.transaction(SYSTEM) as session:
        if answer.startswith("2"):
            session.execute(_DELIVERED, {"id": delivery.id, "now": now(), "answer": answer})
            return
        pause = min(2.0 ** min(delivery.attempts, 20), _LONGEST_PAUSE) * random.uniform(0.5, 1)  # noqa: S311 - jitter
        after = now() + timedelta(seconds=pause)
        session.execute(_FAILED, {"id": delivery.id, "answer": answer, "next": after, "most": ATTEMPTS})
