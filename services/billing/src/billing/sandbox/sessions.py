"""What the sandbox does with a session, each in the transaction of its door."""

import hashlib
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing.sandbox.errors import KeyTaken, NoSession
from billing.sandbox.models import EXPIRED, OPEN, SandboxDelivery, SandboxSession, new_id
from billing.sandbox.settings import SandboxSettings
from chassis.clock import now
from chassis.json_provider import moment
from chassis.wiring import use

REFUNDS = {"pay_refund_later": "later", "pay_refund_never": "never"}
"""What the payer can choose besides: pay, and have refunds of it stay pending for a while, or fail."""


def open_session(session: Session, values: dict[str, Any]) -> dict[str, Any]:
    """Open it, or find the one opened with this key. Raises KeyTaken when that was another."""
    fingerprint = hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()
    new = {**values, "id": new_id("ss"), "fingerprint": fingerprint, "state": OPEN, "created_at": now()}
    session.execute(insert(SandboxSession).values(new).on_conflict_do_nothing(index_elements=["key"]))
    found = session.scalars(select(SandboxSession).where(SandboxSession.key == values["key"])).one()
    if found.fingerprint != fingerprint:
        raise KeyTaken()
    return shown(session, found)


def find_session(session: Session, session_id: str) -> SandboxSession:
    """The session, held until the transaction ends, and expired if its time has passed.

    Raises NoSession, also when the sandbox is switched off.
    """
    enabled = use(session, SandboxSettings).enabled
    found = session.get(SandboxSession, session_id, with_for_update=True) if enabled else None
    if found is None:
        raise NoSession()
    if found.state == OPEN and now() >= found.expires_at:
        expire_session(session, found)
    return found


def sessions_of(session: Session, key: str) -> list[dict[str, Any]]:
    """None or one session, by the client's key."""
    found = session.scalars(select(SandboxSession.id).where(SandboxSession.key == key))
    return [shown(session, find_session(session, session_id)) for session_id in found.all()]


def act(session: Session, session_id: str, outcome: str) -> SandboxSession:
    """What the payer chose: pay (or one of ``REFUNDS``), decline, cancel or expire. Raises NoSession, SessionClosed."""
    found = find_session(session, session_id)
    if outcome == "cancel":
        found.cancel(now())
    elif outcome == "expire":
        found.expire(now())
    else:
        found.refunds = REFUNDS.get(outcome, found.refunds)
        found.attempt("declined" if outcome == "decline" else "paid", now())
    tell(session, found, "declined" if outcome == "decline" else found.state)
    session.flush()
    return found


def expire_session(session: Session, found: SandboxSession) -> None:
    """Its time has passed."""
    found.state = EXPIRED
    tell(session, found, EXPIRED)
    session.flush()


def tell(session: Session, found: SandboxSession, what: str) -> None:
    """Put a webhook about the session on its way."""
    tell_of(session, found, f"session.{what}", {"id": found.id, "key": found.key, "state": found.state})


def tell_of(session: Session, found: SandboxSession, kind: str, data: dict[str, Any]) -> None:
    """Put a webhook on its way to where the session's go."""
    at = now()
    body = {"type": kind, "timestamp": moment(at), "data": data}
    session.add(
        SandboxDelivery(
            id=new_id("evt"),
            session_id=found.id,
            type=kind,
            url=found.webhook_url,
            body=msgspec.json.encode(body).decode(),
            state="pending",
            attempts=0,
            next_attempt_at=at,
        )
    )


def shown(session: Session, found: SandboxSession) -> dict[str, Any]:
    """The session as the API shows it."""
    return {
        "id": found.id,
        "key": found.key,
        "url": f"{use(session, SandboxSettings).public_url.rstrip('/')}/sandbox/pay/{found.id}",
        "state": found.state,
        "amount_minor": found.amount_minor,
        "currency": found.currency,
        "expires_at": moment(found.expires_at),
        "attempts": [
            {
                "id": attempt.id,
                "outcome": attempt.outcome,
                "amount_minor": found.amount_minor,
                "currency": found.currency,
                "at": moment(attempt.at),
            }
            for attempt in found.attempts
        ],
    }
