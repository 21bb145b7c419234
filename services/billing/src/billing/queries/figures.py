"""Business figures of a metrics scrape."""

from sqlalchemy import text

from chassis.database import SYSTEM, Database
from chassis.telemetry import Sample

_REVENUE = text("""
select account.currency, account.code, -sum(entry.amount_minor)
from ledger_accounts as account join ledger_entries as entry
    on entry.organization_id = account.organization_id and entry.account_id = account.id
where account.code in ('deferred_revenue:seat', 'revenue:seat') group by account.currency, account.code
""")
_CHECKOUTS = text("select count(*) from checkouts where state = 'open'")
_PAYMENTS = text("select state, count(*) from payments group by state")


def gauges(database: Database) -> list[Sample]:
    """Revenue in minor units by currency (still deferred, and earned), open checkouts, payments by state."""
    with database.transaction(SYSTEM) as session:
        revenue = session.execute(_REVENUE).all()
        still_open = session.scalar(_CHECKOUTS) or 0
        payments: dict[str, int] = dict(session.execute(_PAYMENTS).all())
    samples: list[Sample] = [
        ("billing_revenue_minor", {"currency": currency, "account": code}, float(amount))
        for currency, code, amount in revenue
    ]
    samples.append(("billing_checkouts_open", {}, still_open))
    for state in ("completed", "unapplied", "failed"):
        samples.append(("billing_payments", {"state": state}, payments.get(state, 0)))
    return samples
