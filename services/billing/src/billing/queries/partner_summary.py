"""What an organization's payments come to: sums over the ledger, and what is awaited."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from billing.queries import checkouts, partners
from billing.rules import Month
from chassis.clock import now

# Money in is positive on these accounts, a refund negative.
_PAID = text("""
select coalesce(sum(entry.amount_minor), 0) as total_paid_minor,
    coalesce(sum(entry.amount_minor) filter (where moved.occurred_at >= :begin and moved.occurred_at < :end), 0)
        as this_month_minor
from ledger_entries as entry
join ledger_accounts as account
    on account.organization_id = entry.organization_id and account.id = entry.account_id
join ledger_transactions as moved
    on moved.organization_id = entry.organization_id and moved.id = entry.transaction_id
where entry.organization_id = :organization and entry.currency = :currency and account.code like 'cash\\_clearing:%'
""")
_CREDIT = text("""
select coalesce(-sum(entry.amount_minor), 0) from ledger_entries as entry
join ledger_accounts as account
    on account.organization_id = entry.organization_id and account.id = entry.account_id
where entry.organization_id = :organization and entry.currency = :currency and account.code = 'customer_credit'
""")
_PENDING = text("""
select coalesce(sum(amount_minor), 0) from payments
where organization_id = :organization and currency = :currency and state = 'pending'
""")


def summary(session: Session, organization_id: UUID) -> dict[str, Any]:
    """What the ledger has of the organization's money, and what is awaited; of its own currency."""
    zone = partners.zone(session, organization_id)
    month = Month.at(now(), zone)
    currency = checkouts.currency_of(session, organization_id) or "KES"
    values = {"organization": organization_id, "currency": currency}
    paid = session.execute(_PAID, {**values, "begin": month.begins(zone), "end": month.ends(zone)}).mappings().one()
    sums = {"pending_minor": session.scalar(_PENDING, values), "credit_minor": session.scalar(_CREDIT, values)}
    return {**paid, **sums, "currency": currency}
