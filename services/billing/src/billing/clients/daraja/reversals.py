"""Money sent back: what was asked for, and what M-Pesa said became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.clients.daraja.words import CURRENCY
from billing.clients.payment_gateway import Moved, Refund, RefundWanted
from chassis.clock import now

_COLUMNS = """refund_id, attempt, receipt, amount_minor, state, originator_conversation_id, conversation_id,
transaction_id, sent_at, checked_at, settled_at"""
_BEGIN = text("""
insert into mpesa_reversals (refund_id, attempt, receipt, amount_minor, state, sent_at, checked_at)
values (:refund, :attempt, :receipt, :amount, 'sending', :now, :now)
on conflict (refund_id) do nothing returning refund_id
""")
_ONE = text(f"select {_COLUMNS} from mpesa_reversals where refund_id = :refund")  # noqa: S608
_TAKEN = text("""
update mpesa_reversals set state = 'sent', originator_conversation_id = :originator, conversation_id = :conversation
where refund_id = :refund and state = 'sending' and conversation_id is null
""")
_SETTLE = text("""
update mpesa_reversals set state = :state, transaction_id = :transaction, result_code = :code, settled_at = :now
where refund_id = :refund and state in ('sending', 'sent')
""")
_ASKED = text("""
update mpesa_reversals set checked_at = :now
where refund_id = :refund and state = 'sent' and checked_at <= :before returning originator_conversation_id
""")
_MOVED = text(f"""
select {_COLUMNS} from mpesa_reversals
where state = 'succeeded' and settled_at >= :begin and settled_at < :end order by settled_at
""")  # noqa: S608
_PATIENCE = timedelta(seconds=60)
_STATES: dict[str, Literal["pending", "succeeded", "failed"]] = {"succeeded": "succeeded", "failed": "failed"}


@dataclass(frozen=True)
class Reversal:
    """A row."""

    refund_id: UUID
    attempt: str
    receipt: str
    amount_minor: int
    state: str
    originator_conversation_id: str | None
    conversation_id: str | None
    transaction_id: str | None
    sent_at: datetime
    checked_at: datetime
    settled_at: datetime | None

    @property
    def refund(self) -> Refund:
        """As billing knows refunds. Until M-Pesa has numbered it, its id is ours."""
        return Refund(
            id=self.transaction_id or str(self.refund_id),
            key=self.refund_id,
            attempt=self.attempt,
            state=_STATES.get(self.state, "pending"),
            amount_minor=self.amount_minor,
            currency=CURRENCY,
        )

    @property
    def moved(self) -> Moved:
        """Money out."""
        return Moved(
            id=str(self.transaction_id),
            kind="refund",
            at=self.settled_at or self.sent_at,
            amount_minor=self.amount_minor,
            currency=CURRENCY,
        )


def begin(session: Session, wanted: RefundWanted, receipt: str) -> bool:
    """Whether it is ours to send: nobody has begun it before."""
    values = {"refund": wanted.refund_id, "attempt": wanted.reference, "receipt": receipt, "now": now()}
    return session.scalar(_BEGIN, {**values, "amount": wanted.amount.minor}) is not None


def one(session: Session, refund_id: UUID) -> Reversal | None:
    """As it is now."""
    found = _rows(session.execute(_ONE, {"refund": refund_id}))
    return found[0] if found else None


def taken(session: Session, refund_id: UUID, originator_conversation_id: str, conversation_id: str) -> None:
    """M-Pesa knows it under these ids."""
    values = {"refund": refund_id, "originator": originator_conversation_id, "conversation": conversation_id}
    session.execute(_TAKEN, values)


def settle(session: Session, refund_id: UUID, state: str, code: str, transaction_id: str | None) -> None:
    """It is over. Later calls change nothing."""
    values = {"refund": refund_id, "state": state, "code": code, "transaction": transaction_id, "now": now()}
    session.execute(_SETTLE, values)


def to_ask_about(session: Session, refund_id: UUID) -> str | None:
    """Under which id to ask, if it is time to: nobody has said anything for a while."""
    at = now()
    found: str | None = session.scalar(_ASKED, {"refund": refund_id, "now": at, "before": at - _PATIENCE})
    return found


def moved(session: Session, begin: datetime, end: datetime) -> list[Moved]:
    """What M-Pesa said went back."""
    return [row.moved for row in _rows(session.execute(_MOVED, {"begin": begin, "end": end}))]


def _rows(result: Any) -> list[Reversal]:
    return [Reversal(**row) for row in result.mappings()]
