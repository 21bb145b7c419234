"""Business figures of a metrics scrape: sums over all organizations, in minor units where money is meant."""

from sqlalchemy import text

from billing.queries import disbursements, reconciliation
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.telemetry import Figure, Sample

REVENUE = Figure("billing_revenue_minor", "Revenue in minor units: still deferred, or earned.", "currency", "kind")
IMBALANCE = Figure(
    "billing_ledger_imbalance_minor", "Sum of every ledger entry, in minor units: must be 0.", "currency"
)
CHECKOUTS = Figure("billing_checkouts_open", "Checkouts that may still be paid.")
PAYMENTS = Figure("billing_payments", "Payments by what became of them.", "state")
INVOICES = Figure("billing_invoices_open", "Invoices of which something is to be paid.")
UNCLEARED = Figure(
    "billing_reconciliation_differences", "Payments and refunds that the provider and the ledger do not have alike."
)
WAITING = Figure("billing_disbursements_waiting", "Disbursements that are due and wait for money.")
OVERDUE = Figure("billing_invoices_overdue", "Invoices of which something is to be paid, and was before today.")

_KINDS = {"deferred_revenue": "deferred", "revenue": "earned"}

# One pass over the entries serves both: what is owed to nobody is in balance.
_LEDGER = text("""
select account.currency, split_part(account.code, ':', 1) as kind, sum(entry.amount)
from (
    select organization_id, account_id, sum(amount_minor) as amount from ledger_entries group by 1, 2
) as entry join ledger_accounts as account
    on account.organization_id = entry.organization_id and account.id = entry.account_id
group by 1, 2
""")
_CHECKOUTS = text("select count(*) from checkouts where state = 'open'")
_PAYMENTS = text("select state, count(*) from payments group by state")
_INVOICES = text("""
select count(*), count(*) filter (where due_on < :today) from invoices
where state in ('issued', 'overdue')
""")


def gauges(database: Database) -> list[Sample]:
    """Revenue, checkouts, payments, invoices, disbursements, and whether the ledger balances."""
    with database.transaction(SYSTEM) as session:
        ledger = session.execute(_LEDGER).all()
        still_open = session.scalar(_CHECKOUTS) or 0
        payments: dict[str, int] = dict(session.execute(_PAYMENTS).all())
        uncleared = reconciliation.count_open(session)
        waiting = disbursements.count_waiting(session, now())
        invoices, overdue = session.execute(_INVOICES, {"today": now().date()}).one()
    imbalance: dict[str, int] = {}
    for currency, _, amount in ledger:
        imbalance[currency] = imbalance.get(currency, 0) + int(amount)
    return [
        *(
            REVENUE(float(-amount), currency=currency, kind=_KINDS[kind])
            for currency, kind, amount in ledger
            if kind in _KINDS
        ),
        *(IMBALANCE(abs(amount), currency=currency) for currency, amount in imbalance.items()),
        *(PAYMENTS(payments.get(state, 0), state=state) for state in ("pending", "completed", "unapplied", "failed")),
        CHECKOUTS(still_open),
        UNCLEARED(uncleared),
        WAITING(waiting),
        INVOICES(invoices),
        OVERDUE(overdue),
    ]
