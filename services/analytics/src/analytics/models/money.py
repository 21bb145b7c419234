"""Payments and invoices, row for row what billing's ledger said. Amounts in minor units."""

from analytics.models import funding
from analytics.models.projection import Projection
from contracts.events import billing

_PAYMENT = """
insert into payments (organization_id, payment_id, cohort_id, amount_minor, currency, method, completed_at)
select organization_id, payment_id, cohort_id, amount_minor, currency, method, completed_at
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, payment_id uuid, cohort_id uuid, amount_minor bigint, currency text, method text,
    completed_at timestamptz, credited boolean
)
where credited is not true
on conflict do nothing
"""
# Money that goes back is a payment the other way round; money that had paid for nothing was never counted.
_REFUND = """
insert into payments (organization_id, payment_id, cohort_id, amount_minor, currency, method, completed_at)
select organization_id, refund_id, cohort_id, -amount_minor, currency, method, refunded_at
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, refund_id uuid, cohort_id uuid, amount_minor bigint, currency text, method text,
    refunded_at timestamptz, credited boolean
)
where credited is not true
on conflict do nothing
"""
_ISSUED = """
insert into invoices as known (
    organization_id, invoice_id, cohort_id, number, total_minor, currency, issued_on, due_on
)
select organization_id, invoice_id, cohort_id, number, total_minor, currency, issued_on, due_on
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, invoice_id uuid, cohort_id uuid, number text, total_minor bigint, currency text,
    issued_on date, due_on date
)
on conflict (organization_id, invoice_id) do update set issued_on = excluded.issued_on, due_on = excluded.due_on
"""
_PAID = """
insert into invoices as known (organization_id, invoice_id, cohort_id, number, total_minor, currency, paid_at)
select organization_id, invoice_id, cohort_id, number, total_minor, currency, min(paid_at)
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, invoice_id uuid, cohort_id uuid, number text, total_minor bigint, currency text,
    paid_at timestamptz
)
group by organization_id, invoice_id, cohort_id, number, total_minor, currency
on conflict (organization_id, invoice_id) do update set paid_at = least(known.paid_at, excluded.paid_at)
"""

PROJECTION: Projection = {
    billing.PaymentCompleted: (_PAYMENT, funding.PAID),
    billing.PaymentRefunded: (_REFUND, funding.REFUNDED),
    billing.InvoiceIssued: (_ISSUED,),
    billing.InvoicePaid: (_PAID,),
}
