"""What M-Pesa says came in. It tells of the last two days only, so its word is kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.clients.daraja import pushes
from billing.clients.daraja.calls import Calls
from billing.clients.daraja.words import CURRENCY, DarajaRefused, Line
from billing.clients.payment_gateway import Moved
from billing.errors import ProviderUnavailable
from chassis.clock import now
from chassis.database import SYSTEM, Database

REACH = timedelta(hours=48)

_KEEP = text("""
insert into mpesa_statement (receipt, account_reference, amount_minor, at)
values (:receipt, :reference, :amount, :at) on conflict (receipt) do nothing
""")
_BETWEEN = text("""
select receipt, account_reference, amount_minor, at,
    not exists (
        select 1 from mpesa_statement as earlier
        where earlier.account_reference = line.account_reference
            and (earlier.at, earlier.receipt) < (line.at, line.receipt)
    ) as is_first
from mpesa_statement as line where at >= :begin and at < :end order by at, receipt
""")
_RECEIPT = text("""
select receipt from mpesa_statement
where account_reference = :reference and amount_minor = :amount order by at, receipt limit 1
""")


def pull(calls: Calls, database: Database) -> None:
    """Ask for what can be asked for, and keep it. Raises ProviderUnavailable."""
    at = now()
    try:
        lines = calls.statement(at - REACH, at)
    except DarajaRefused as refusal:
        raise ProviderUnavailable() from refusal
    with database.transaction(SYSTEM) as session:
        keep(session, lines)


def keep(session: Session, lines: Iterable[Line]) -> None:
    """Remember them; those known stay as they are."""
    rows = [
        {
            "receipt": line.transactionId,
            "reference": "" if line.billreference is None else str(line.billreference).strip().upper(),
            "amount": line.money.minor,
            "at": line.trxDate,
        }
        for line in lines
    ]
    if rows:
        session.execute(_KEEP, rows)


def moved(session: Session, begin: datetime, end: datetime) -> list[Moved]:
    """Money in. What came for a prompt of ours has its reference as id, anything else M-Pesa's receipt."""
    lines = list(session.execute(_BETWEEN, {"begin": begin, "end": end}).mappings())
    ours = {
        push.account_reference for push in pushes.of_references(session, [row["account_reference"] for row in lines])
    }
    return [_moved(line, ours) for line in lines]


def receipt_of(session: Session, push: pushes.Push) -> str | None:
    """M-Pesa's number of the money that came for a prompt."""
    values = {"reference": push.account_reference, "amount": push.amount_minor}
    found: str | None = session.scalar(_RECEIPT, values)
    return found


def _moved(line: Any, ours: set[str]) -> Moved:
    # Somebody who pays again by hand under the same reference pays a second time.
    is_ours = line["account_reference"] in ours and line["is_first"]
    return Moved(
        id=line["account_reference"] if is_ours else line["receipt"],
        kind="payment",
        at=line["at"],
        amount_minor=line["amount_minor"],
        currency=CURRENCY,
    )
