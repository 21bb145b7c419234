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
# What a correction takes back is an invoice the other way round, issued and settled when the one it corrects is: so it
# lowers what was invoiced, and what is due for as long as something is. A refund's credit note is told by the refund.
_CORRECTED = """
insert into invoices (
    organization_id, invoice_id, cohort_id, number, total_minor, currency, issued_on, due_on, corrects, paid_at
)
select organization_id, fact.credit_note_id, fact.cohort_id, fact.number, -fact.total_minor, fact.currency,
    corrected.issued_on, corrected.due_on, invoice_id, corrected.paid_at
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, credit_note_id uuid, invoice_id uuid, cohort_id uuid, number text, total_minor bigint,
    currency text, refund_id uuid
)
left join invoices as corrected using (organization_id, invoice_id)
where fact.refund_id is null
on conflict do nothing
"""
_CORRECTIONS = """
update invoices as note
set issued_on = corrected.issued_on, due_on = corrected.due_on, paid_at = corrected.paid_at
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (organization_id uuid, invoice_id uuid)
join invoices as corrected using (organization_id, invoice_id)
where note.organization_id = fact.organization_id and note.corrects = fact.invoice_id
    and (note.issued_on, note.paid_at) is distinct from (corrected.issued_on, corrected.paid_at)
"""

PROJECTION: Projection = {
    billing.PaymentCompleted: (_PAYMENT, funding.PAID),
    billing.PaymentRefunded: (_REFUND, funding.REFUNDED),
    billing.InvoiceIssued: (_ISSUED, _CORRECTIONS),
    billing.InvoicePaid: (_PAID, _CORRECTIONS),
    billing.CreditNoteIssued: (_CORRECTED,),
}
