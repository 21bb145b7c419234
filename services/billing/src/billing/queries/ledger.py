"""The ledger, read."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, column, select, table, text
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import Forbidden, Malformed
from chassis.paging import Page, paginate

_ENTRIES = table(
    "ledger_entries",
    *map(column, ("organization_id", "transaction_id", "position", "account_id", "currency", "amount_minor")),
)
_TRANSACTIONS = table(
    "ledger_transactions",
    *map(column, ("organization_id", "id", "kind", "reference", "description", "occurred_at")),
)
_ACCOUNTS = table("ledger_accounts", *map(column, ("organization_id", "id", "code")))

# What the organization owes us less what we hold for it.
_MOVEMENTS = text("""
select entry.currency, moved.occurred_at, moved.kind, moved.description, moved.reference,
    entry.amount_minor
from ledger_entries as entry
join ledger_transactions as moved
    on moved.organization_id = entry.organization_id and moved.id = entry.transaction_id
join ledger_accounts as account
    on account.organization_id = entry.organization_id and account.id = entry.account_id
where entry.organization_id = :organization and account.code in ('receivable', 'customer_credit')
    and moved.occurred_at >= :from and moved.occurred_at < :until
order by entry.currency, moved.occurred_at, moved.id, entry.position
""")
_OPENING = text("""
select entry.currency, sum(entry.amount_minor) filter (where moved.occurred_at < :from)
from ledger_entries as entry
join ledger_transactions as moved
    on moved.organization_id = entry.organization_id and moved.id = entry.transaction_id
join ledger_accounts as account
    on account.organization_id = entry.organization_id and account.id = entry.account_id
where entry.organization_id = :organization and account.code in ('receivable', 'customer_credit')
    and moved.occurred_at < :until
group by entry.currency order by entry.currency
""")
_LONGEST = timedelta(days=366)


def entries(
    session: Session,
    caller: Caller,
    zone: ZoneInfo,
    *,
    page: int,
    limit: int,
    account: str | None = None,
    currency: str | None = None,
    from_: date | None = None,
    to: date | None = None,
) -> Page:
    """A page of entries of the organization's whole ledger, the latest transaction first."""
    statement = _joined().where(_ENTRIES.c.organization_id == _whole(caller))
    if account is not None:
        statement = statement.where(_ACCOUNTS.c.code == account)
    if currency is not None:
        statement = statement.where(_ENTRIES.c.currency == currency)
    if from_ is not None:
        statement = statement.where(_TRANSACTIONS.c.occurred_at >= _begins(from_, zone))
    if to is not None:
        statement = statement.where(_TRANSACTIONS.c.occurred_at < _ends(to, zone))
    order = (_TRANSACTIONS.c.occurred_at.desc(), _TRANSACTIONS.c.id.desc(), _ENTRIES.c.position)
    return paginate(session, statement.order_by(*order), page=page, limit=limit)


def statements(session: Session, caller: Caller, zone: ZoneInfo, *, from_: date, to: date) -> dict[str, Any]:
    """Per currency what was owed before, what moved, and what is owed after. Raises Malformed for a bad period."""
    if not timedelta(0) <= to - from_ <= _LONGEST:
        raise Malformed("The period ends on or after its first day and is at most 366 days long.")
    values = {"organization": _whole(caller), "from": _begins(from_, zone), "until": _ends(to, zone)}
    opening: dict[str, Any] = dict(session.execute(_OPENING, values).all())
    movements: dict[str, list[dict[str, Any]]] = {currency: [] for currency in opening}
    for row in session.execute(_MOVEMENTS, values).mappings():
        movements[row["currency"]].append(dict(row))
    items = [_statement(currency, int(before or 0), movements[currency]) for currency, before in opening.items()]
    return {"from_": from_, "to": to, "items": items}


def _statement(currency: str, before: int, moved: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "currency": currency,
        "opening_minor": before,
        "movements": moved,
        "closing_minor": before + sum(row["amount_minor"] for row in moved),
    }


def _joined() -> Select[Any]:
    same = _TRANSACTIONS.c.organization_id == _ENTRIES.c.organization_id
    own = _ACCOUNTS.c.organization_id == _ENTRIES.c.organization_id
    return (
        select(
            _ENTRIES.c.transaction_id,
            _ENTRIES.c.currency,
            _ENTRIES.c.amount_minor,
            _ACCOUNTS.c.code.label("account"),
            _TRANSACTIONS.c.kind,
            _TRANSACTIONS.c.reference,
            _TRANSACTIONS.c.description,
            _TRANSACTIONS.c.occurred_at,
        )
        .join(_TRANSACTIONS, same & (_TRANSACTIONS.c.id == _ENTRIES.c.transaction_id))
        .join(_ACCOUNTS, own & (_ACCOUNTS.c.id == _ENTRIES.c.account_id))
    )


def _whole(caller: Caller) -> UUID:
    """The organization, if the caller may see all of its books."""
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    if not caller.may("billing.read"):
        raise Forbidden("This shows the whole organization's books; your permission is for some cohorts only.")
    return caller.organization_id


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _ends(day: date, zone: ZoneInfo) -> datetime:
    return _begins(day + timedelta(days=1), zone) if day < date.max else datetime.max.replace(tzinfo=UTC)
