"""Post balanced sets of entries to the ledger.

Debits are positive, credits negative. The database refuses a set that does not balance in each currency, a second
set for the same reference, and any change to what was posted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.rules import SEAT
from chassis.ids import new_id
from chassis.money import Money

RECEIVABLE = "receivable"
TAX_PAYABLE = "tax_payable"
CUSTOMER_CREDIT = "customer_credit"
DEFERRED_SEATS = "deferred_revenue:seat"
SEAT_REVENUE = "revenue:seat"


def cash_clearing(provider: str) -> str:
    """The account of money a provider holds for us until it pays it out."""
    return f"cash_clearing:{provider}"


def funds_held(kind: str) -> str:
    """The account of money held for sponsorships or for programs: owed to them until it is released."""
    return f"funds_held:{kind}"


def disbursed(kind: str) -> str:
    """The account of money released for sponsorships or programs: the school's until it is paid out."""
    return f"disbursed:{kind}"


def revenue(product: str) -> str:
    """The account an invoice of this product credits: seats are earned as their window passes, usage has been."""
    return DEFERRED_SEATS if product == SEAT else f"revenue:{product}"


_ACCOUNTS = text("""
select ledger_accounts.id, organization_id, currency, code
from ledger_accounts join unnest(
    cast(:organizations as uuid[]), cast(:currencies as text[]), cast(:codes as text[])
) as wanted (organization_id, currency, code) using (organization_id, currency, code)
""")
# What another is just making is waited for, never locked: entries of theirs name it while we wait.
_MAKE = text("""
insert into ledger_accounts (id, organization_id, currency, code)
select * from unnest(
    cast(:ids as uuid[]), cast(:organizations as uuid[]), cast(:currencies as text[]), cast(:codes as text[])
) as wanted (id, organization_id, currency, code)
order by organization_id, currency, code
on conflict (organization_id, currency, code) do nothing
""")
_TRANSACTIONS = text("""
insert into ledger_transactions (id, organization_id, kind, reference, description, occurred_at)
values (:id, :organization_id, :kind, :reference, :description, :occurred_at)
""")
_ENTRIES = text("""
insert into ledger_entries (organization_id, transaction_id, position, account_id, currency, amount_minor)
values (:organization_id, :transaction_id, :position, :account_id, :currency, :amount_minor)
""")


@dataclass(frozen=True, kw_only=True)
class Posting:
    """A set of entries: ``amounts`` by account code; zeros are left out. ``reference`` names it, once ever."""

    organization_id: UUID
    kind: str
    reference: str
    description: str
    occurred_at: datetime
    amounts: Mapping[str, Money]


def post_entries(
    session: Session,
    organization_id: UUID,
    *,
    kind: str,
    reference: str,
    description: str,
    occurred_at: datetime,
    amounts: Mapping[str, Money],
) -> UUID:
    """Post one set and return its transaction's id."""
    posting = Posting(
        organization_id=organization_id,
        kind=kind,
        reference=reference,
        description=description,
        occurred_at=occurred_at,
        amounts=amounts,
    )
    return post_all(session, [posting])[0]


def post_all(session: Session, postings: Sequence[Posting]) -> list[UUID]:
    """Post many sets in as few statements as one; their transactions' ids, in order."""
    if not postings:
        return []
    pairs = [(new_id(), posting) for posting in postings]
    session.execute(_TRANSACTIONS, [_transaction(id, posting) for id, posting in pairs])
    accounts = _accounts(session, postings)
    entries = [row for id, posting in pairs for row in _entries(id, posting, accounts)]
    if entries:  # a set without any is the database's to refuse
        session.execute(_ENTRIES, entries)
    return [id for id, _ in pairs]


_Account = tuple[UUID, str, str]


def _transaction(id: UUID, posting: Posting) -> dict[str, object]:
    return {
        "id": id,
        "organization_id": posting.organization_id,
        "kind": posting.kind,
        "reference": posting.reference,
        "description": posting.description,
        "occurred_at": posting.occurred_at,
    }


def _entries(id: UUID, posting: Posting, accounts: Mapping[_Account, UUID]) -> list[dict[str, object]]:
    posted = [(code, amount) for code, amount in posting.amounts.items() if amount]
    return [
        {
            "organization_id": posting.organization_id,
            "transaction_id": id,
            "position": position,
            "account_id": accounts[posting.organization_id, amount.currency, code],
            "currency": amount.currency,
            "amount_minor": amount.minor,
        }
        for position, (code, amount) in enumerate(posted, start=1)
    ]


def _accounts(session: Session, postings: Sequence[Posting]) -> dict[_Account, UUID]:
    moved = ((one.organization_id, one.amounts.items()) for one in postings)
    wanted = sorted({(owner, amount.currency, code) for owner, items in moved for code, amount in items if amount})
    known = _known(session, wanted)
    missing = [account for account in wanted if account not in known]
    if missing:
        session.execute(_MAKE, {**_columns(missing), "ids": [new_id() for _ in missing]})
        known |= _known(session, missing)
    return known


def _known(session: Session, accounts: Sequence[_Account]) -> dict[_Account, UUID]:
    found = session.execute(_ACCOUNTS, _columns(accounts))
    return {(row.organization_id, row.currency, row.code): row.id for row in found}


def _columns(accounts: Sequence[_Account]) -> dict[str, list[object]]:
    organizations, currencies, codes = zip(*accounts, strict=True) if accounts else ((), (), ())
    return {"organizations": list(organizations), "currencies": list(currencies), "codes": list(codes)}
