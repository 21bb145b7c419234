"""Prompts on payers' phones: which are wanted, on their way, taken, and what became of them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.clients.payment_gateway import Wanted
from chassis.clock import now
from chassis.ids import new_id
from chassis.money import Money

WANTED, SENDING, SENT, PAID, DECLINED, LOST = "wanted", "sending", "sent", "paid", "declined", "lost"
LIVE = (WANTED, SENDING, SENT)
_KEPT = timedelta(minutes=5)

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_COLUMNS = """id, checkout_id, account_reference, phone, amount_minor, state, merchant_request_id, checkout_request_id,
receipt, result_code, expires_at, sent_at, settled_at"""
_WANT = text("""
insert into mpesa_pushes (id, checkout_id, account_reference, phone, amount_minor, state, expires_at, wanted_at)
values (:id, :checkout, :reference, :phone, :amount, 'wanted', :expires_at, :now)
on conflict (checkout_id) where state in ('wanted', 'sending', 'sent') do nothing
""")
_OF = text(f"select {_COLUMNS} from mpesa_pushes where checkout_id = :checkout order by wanted_at")  # noqa: S608
_ONE = text(f"select {_COLUMNS} from mpesa_pushes where id = :id")  # noqa: S608
_CLAIM = text(f"""
update mpesa_pushes set state = 'sending', sent_at = :now
where id = (
    select id from mpesa_pushes where state = 'wanted' order by wanted_at limit 1 for update skip locked
)
returning {_COLUMNS}
""")  # noqa: S608
_USELESS = text("""
update mpesa_pushes set state = 'lost', result_code = 'too_late', phone = null, settled_at = :now
where state = 'wanted' and (
    expires_at <= :now
    or not exists (select 1 from checkouts where checkouts.id = mpesa_pushes.checkout_id and checkouts.state = 'open')
)
""")
_FORGET = text("update mpesa_pushes set phone = null where phone is not null and sent_at <= :before")
# One that was given up stays so (another may be ringing), but can be asked about from now on.
_TAKEN = text("""
update mpesa_pushes set state = case state when 'lost' then 'lost' else 'sent' end, phone = null,
    merchant_request_id = :merchant, checkout_request_id = :request
where id = :id and state in ('sending', 'lost') and checkout_request_id is null
""")
_AGAIN = text("update mpesa_pushes set state = 'wanted', sent_at = null where id = :id and state = 'sending'")
_SETTLE = text("""
update mpesa_pushes set state = :state, result_code = :code, phone = null, settled_at = :now,
    receipt = coalesce(receipt, :receipt)
where id = :id and (state in ('wanted', 'sending', 'sent') or state = 'lost' and :state = 'paid')
""")
_RECEIPT = text("update mpesa_pushes set receipt = :receipt where id = :id and receipt is null")
_BY_REFERENCE = text(f"select {_COLUMNS} from mpesa_pushes where account_reference = any(:references)")  # noqa: S608


@dataclass(frozen=True)
class Push:
    """A row."""

    id: UUID
    checkout_id: UUID
    account_reference: str
    phone: str | None
    amount_minor: int
    state: str
    merchant_request_id: str | None
    checkout_request_id: str | None
    receipt: str | None
    result_code: str | None
    expires_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None

    @property
    def amount(self) -> Money:
        """What the phone asks for."""
        return Money(self.amount_minor, "KES")

    @property
    def is_to_be_asked_about(self) -> bool:
        """Whether M-Pesa may know more of it than we do."""
        return self.state in (SENDING, SENT) or (self.state == LOST and self.checkout_request_id is not None)

    @property
    def shillings(self) -> int:
        """The same, as M-Pesa counts."""
        return self.amount_minor // 100


def want(session: Session, wanted: Wanted, phone: str) -> None:
    """Have a phone asked, unless one of this checkout is being asked already."""
    values = {
        "id": new_id(),
        "checkout": wanted.checkout_id,
        "reference": "UF" + "".join(secrets.choice(_LETTERS) for _ in range(10)),
        "phone": phone,
        "amount": wanted.amount.minor,
        "expires_at": wanted.expires_at,
        "now": now(),
    }
    session.execute(_WANT, values)


def of_checkout(session: Session, checkout_id: UUID) -> list[Push]:
    """All of them, oldest first."""
    return _rows(session.execute(_OF, {"checkout": checkout_id}))


def one(session: Session, push_id: UUID) -> Push | None:
    """As it is now."""
    found = _rows(session.execute(_ONE, {"id": push_id}))
    return found[0] if found else None


def of_references(session: Session, references: Sequence[str]) -> list[Push]:
    """Those whose money came under these references."""
    return _rows(session.execute(_BY_REFERENCE, {"references": list(references)}))


def tidy(session: Session) -> None:
    """Nobody rings for what can no longer be paid, or keeps the number of a phone that has rung."""
    at = now()
    session.execute(_USELESS, {"now": at})
    session.execute(_FORGET, {"before": at - _KEPT})


def claim(session: Session) -> Push | None:
    """Take the next one to send; nobody else will, ever: it stays on its way when its sender dies."""
    found = _rows(session.execute(_CLAIM, {"now": now()}))
    return found[0] if found else None


def taken(session: Session, push_id: UUID, merchant_request_id: str, checkout_request_id: str) -> None:
    """M-Pesa knows it under these ids."""
    session.execute(_TAKEN, {"id": push_id, "merchant": merchant_request_id, "request": checkout_request_id})


def send_again(session: Session, push_id: UUID) -> None:
    """M-Pesa was too busy to look at it, or out of reach."""
    session.execute(_AGAIN, {"id": push_id})


def settle(session: Session, push_id: UUID, state: str, code: str | None, receipt: str | None = None) -> None:
    """It is over, and the number is forgotten. Later calls change nothing, but for money that comes late."""
    values = {"id": push_id, "state": state, "code": code, "receipt": receipt, "now": now()}
    session.execute(_SETTLE, values)


def note_receipt(session: Session, push_id: UUID, receipt: str) -> None:
    """M-Pesa's number of the payment, needed to reverse it."""
    session.execute(_RECEIPT, {"id": push_id, "receipt": receipt})


def standing(session: Session, checkout_id: UUID) -> str | None:
    """``waiting`` while a phone is being asked, ``declined`` when the last one said no, else None."""
    found = of_checkout(session, checkout_id)
    if any(push.state in LIVE for push in found):
        return "waiting"
    return "declined" if found and found[-1].state in (DECLINED, LOST) else None


def _rows(result: Any) -> list[Push]:
    return [Push(**row) for row in result.mappings()]
