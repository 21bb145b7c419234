"""What the sandbox does with money that goes back, as the payer chose on its page; and the list of all that moved."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from billing.sandbox.errors import KeyTaken, NoAttempt, NotRefundable
from billing.sandbox.models import PAID, SandboxAttempt, SandboxRefund, SandboxSession, new_id
from billing.sandbox.sessions import find_session, tell_of
from chassis.clock import now
from chassis.json_provider import moment

LATER = timedelta(seconds=5)
"""How long a refund is pending that the payer wanted to be settled later."""

_MOVED = text("""
select * from (
    select attempt.id, 'payment' as kind, paid.amount_minor, paid.currency, attempt.at
    from sandbox_attempts as attempt join sandbox_sessions as paid on paid.id = attempt.session_id
    where attempt.outcome = 'paid' and attempt.at >= :begin and attempt.at < :end
    union all
    select id, 'refund', amount_minor, currency, settled_at from sandbox_refunds
    where state = 'succeeded' and settled_at >= :begin and settled_at < :end
) as moved
where cast(:id as text) is null or (at, id) > (cast(:at as timestamptz), :id)
order by at, id limit :limit
""")


def make_refund(session: Session, values: dict[str, Any]) -> dict[str, Any]:
    """Send money back, or find the refund made with this key. Raises KeyTaken, NoAttempt, NotRefundable."""
    attempt = session.get(SandboxAttempt, values["attempt"])
    if attempt is None or attempt.outcome != PAID:
        raise NoAttempt()
    paid = find_session(session, attempt.session_id)
    known = session.scalars(select(SandboxRefund).where(SandboxRefund.key == values["key"])).one_or_none()
    if known is not None:
        if (known.attempt_id, known.amount_minor, known.currency) != (
            attempt.id,
            values["amount_minor"],
            values["currency"],
        ):
            raise KeyTaken()
        return shown(known)
    _require_left(session, paid, attempt, values)
    return shown(_made(session, paid, attempt, values))


def _require_left(session: Session, paid: SandboxSession, attempt: SandboxAttempt, values: dict[str, Any]) -> None:
    mine = (SandboxRefund.attempt_id == attempt.id) & (SandboxRefund.state != "failed")
    back = session.scalar(select(func.coalesce(func.sum(SandboxRefund.amount_minor), 0)).where(mine)) or 0
    if values["currency"] != paid.currency or int(back) + values["amount_minor"] > paid.amount_minor:
        raise NotRefundable()


def _made(session: Session, paid: SandboxSession, attempt: SandboxAttempt, values: dict[str, Any]) -> SandboxRefund:
    at = now()
    made = SandboxRefund(
        id=new_id("re"),
        key=values["key"],
        attempt_id=attempt.id,
        session_id=paid.id,
        amount_minor=values["amount_minor"],
        currency=values["currency"],
        state="pending",
        created_at=at,
        settles_at=at + LATER if paid.refunds == "later" else at,
    )
    session.add(made)
    if paid.refunds != "later":
        _settle(session, made, paid, at)
    session.flush()
    return made


def settle_refunds(session: Session) -> None:
    """Those whose time has come."""
    due = (SandboxRefund.state == "pending") & (SandboxRefund.settles_at <= now())
    for refund in session.scalars(select(SandboxRefund).where(due).with_for_update(skip_locked=True)).all():
        _settle(session, refund, find_session(session, refund.session_id), now())
    session.flush()


def _settle(session: Session, refund: SandboxRefund, paid: SandboxSession, at: datetime) -> None:
    refund.settle("failed" if paid.refunds == "never" else "succeeded", at)
    tell_of(session, paid, f"refund.{refund.state}", {"id": refund.id, "key": refund.key, "state": refund.state})


def refunds_of(session: Session, key: str) -> list[dict[str, Any]]:
    """None or one refund, by the client's key."""
    return [shown(refund) for refund in session.scalars(select(SandboxRefund).where(SandboxRefund.key == key))]


def moved(session: Session, *, begin: datetime, end: datetime, limit: int, after: str | None) -> dict[str, Any]:
    """A page of payments and refunds, oldest first."""
    at, _, id = (after or "").partition(" ")
    values = {"begin": begin, "end": end, "limit": limit, "at": at or None, "id": id or None}
    rows: Sequence[Any] = session.execute(_MOVED, values).all()
    last = f"{rows[-1].at.isoformat()} {rows[-1].id}" if len(rows) == limit else None
    items = [{**row._mapping, "at": moment(row.at)} for row in rows]
    return {"items": items, "next": last}


def shown(refund: SandboxRefund) -> dict[str, Any]:
    """The refund as the API shows it."""
    return {
        "id": refund.id,
        "key": refund.key,
        "attempt": refund.attempt_id,
        "state": refund.state,
        "amount_minor": refund.amount_minor,
        "currency": refund.currency,
    }
