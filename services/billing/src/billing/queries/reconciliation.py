"""What the provider and the ledger agree on, and what not."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import column, select, table, text
from sqlalchemy.orm import Session

from chassis.paging import Page, paginate

_DAYS = table("reconciliations", *map(column, ("provider", "day", "compared_at", "cleared")))
_DIFFERENCES = table(
    "reconciliation_differences",
    *map(
        column,
        ("provider", "reference", "currency", "day", "kind", "provider_minor", "ledger_minor", "organization_id",
         "found_at", "cleared_at"),
    ),
)  # fmt: skip
_POSTED = text("""
select moved.reference, entry.currency, moved.organization_id, sum(entry.amount_minor) as amount_minor
from ledger_transactions as moved
join ledger_entries as entry on entry.organization_id = moved.organization_id and entry.transaction_id = moved.id
join ledger_accounts as account on account.organization_id = entry.organization_id and account.id = entry.account_id
where account.code = :account and (
    moved.reference = any(cast(:references as text[])) or moved.occurred_at >= :begin and moved.occurred_at < :end
)
group by moved.reference, entry.currency, moved.organization_id
""")
_DONE = text("""
insert into reconciliations (provider, day, compared_at, cleared) values (:provider, :day, :at, :cleared)
on conflict (provider, day) do update set compared_at = excluded.compared_at, cleared = excluded.cleared
""")
_FOUND = text("""
insert into reconciliation_differences as known (
    provider, reference, currency, day, kind, provider_minor, ledger_minor, organization_id, found_at
)
values (:provider, :reference, :currency, :day, :kind, :provider_minor, :ledger_minor, :organization_id, :at)
on conflict (provider, reference, currency) do update set kind = excluded.kind, cleared_at = null,
    provider_minor = excluded.provider_minor, ledger_minor = excluded.ledger_minor,
    organization_id = excluded.organization_id
""")
_CLEARED = text("""
update reconciliation_differences set cleared_at = :at
where provider = :provider and day = :day and cleared_at is null
    and (reference || ' ' || currency) <> all (cast(:still as text[]))
""")
_OPEN_DAYS = text("""
select distinct day from reconciliation_differences where provider = :provider and cleared_at is null
""")
_OPEN = text("select count(*) from reconciliation_differences where cleared_at is null")


@dataclass(frozen=True)
class Difference:
    """What one side has and the other has not, or not alike, in signed minor units."""

    reference: str
    currency: str
    provider_minor: int | None
    ledger_minor: int | None
    organization_id: UUID | None

    @property
    def kind(self) -> str:
        """``not_in_ledger``, ``not_at_provider`` or ``other_amount``."""
        if self.ledger_minor is None:
            return "not_in_ledger"
        return "not_at_provider" if self.provider_minor is None else "other_amount"


def posted(session: Session, provider: str, begin: datetime, end: datetime, references: Sequence[str]) -> Sequence[Any]:
    """What the ledger has of a provider's money: of these references, and all of a stretch of time."""
    values = {"account": f"cash_clearing:{provider}", "begin": begin, "end": end, "references": list(references)}
    return session.execute(_POSTED, values).all()


def remember(
    session: Session, provider: str, day: date, *, cleared: int, found: Sequence[Difference], at: datetime
) -> None:
    """The outcome of a day; what was found before and is not any more has cleared."""
    about = {"provider": provider, "day": day, "at": at}
    session.execute(_DONE, {**about, "cleared": cleared})
    if found:
        session.execute(_FOUND, [{**about, **asdict(one), "kind": one.kind} for one in found])
    still = [f"{one.reference} {one.currency}" for one in found]
    session.execute(_CLEARED, {**about, "still": still})


def open_days(session: Session, provider: str) -> list[date]:
    """Days with something that has not cleared."""
    return list(session.scalars(_OPEN_DAYS, {"provider": provider}))


def count_open(session: Session) -> int:
    """How much has not cleared."""
    return int(session.scalar(_OPEN) or 0)


def days(session: Session, *, page: int, limit: int) -> Page:
    """A page of the days compared, the latest first."""
    statement = select(*_DAYS.columns).order_by(_DAYS.c.day.desc(), _DAYS.c.provider)
    return paginate(session, statement, page=page, limit=limit)


def found(session: Session, *, page: int, limit: int, status: str, day: date | None = None) -> Page:
    """A page of differences, the latest found first; ``status`` is open, cleared or all."""
    statement = select(*_DIFFERENCES.columns)
    if status != "all":
        cleared = _DIFFERENCES.c.cleared_at.is_not(None)
        statement = statement.where(cleared if status == "cleared" else ~cleared)
    if day is not None:
        statement = statement.where(_DIFFERENCES.c.day == day)
    order = (_DIFFERENCES.c.found_at.desc(), _DIFFERENCES.c.reference, _DIFFERENCES.c.currency)
    return paginate(session, statement.order_by(*order), page=page, limit=limit)
