"""Post one balanced set of entries to the ledger.

Debits are positive, credits negative. The database refuses a set that does not balance in each currency, a second
set for the same reference, and any change to what was posted.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

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


_ACCOUNT = text("""
with known as (
    select id from ledger_accounts
    where organization_id = :organization_id and currency = :currency and code = :code
), made as (
    insert into ledger_accounts (id, organization_id, currency, code)
    select :id, :organization_id, :currency, :code where not exists (select 1 from known)
    on conflict (organization_id, currency, code) do update set code = excluded.code
    returning id
)
select id from known union all select id from made
""")
_TRANSACTION = text("""
insert into ledger_transactions (id, organization_id, kind, reference, description, occurred_at)
values (:id, :organization_id, :kind, :reference, :description, :occurred_at)
""")
_ENTRY = text("""
insert into ledger_entries (organization_id, transaction_id, position, account_id, currency, amount_minor)
values (:organization_id, :transaction_id, :position, :account_id, :currency, :amount_minor)
""")


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
    """Post ``amounts`` (account code → amount; zeros are left out) and return the transaction's id."""
    transaction_id = new_id()
    session.execute(
        _TRANSACTION,
        {
            "id": transaction_id,
            "organization_id": organization_id,
            "kind": kind,
            "reference": reference,
            "description": description,
            "occurred_at": occurred_at,
        },
    )
    posted = [(code, amount) for code, amount in amounts.items() if amount]
    for position, (code, amount) in enumerate(posted, start=1):
        entry = {
            "organization_id": organization_id,
            "transaction_id": transaction_id,
            "position": position,
            "account_id": _account(session, organization_id, code, amount.currency),
            "currency": amount.currency,
            "amount_minor": amount.minor,
        }
        session.execute(_ENTRY, entry)
    return transaction_id


def _account(session: Session, organization_id: UUID, code: str, currency: str) -> UUID:
    wanted = {"id": new_id(), "organization_id": organization_id, "code": code, "currency": currency}
    found: UUID = session.execute(_ACCOUNT, wanted).scalar_one()
    return found
