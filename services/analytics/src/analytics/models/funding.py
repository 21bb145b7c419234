"""Money for sponsorships and programs, row for row what billing's ledger said. Amounts in minor units."""

from analytics.models.projection import Projection
from contracts.events import billing

_MOVED = """
insert into funds (organization_id, fund_id, sponsorship_id, program_id, amount_minor, currency, moved_at)
select organization_id, {id}, sponsorship_id, program_id, {sign}amount_minor, currency, {at}
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, {id} uuid, sponsorship_id uuid, program_id uuid, amount_minor bigint, currency text,
    {at} timestamptz
)
on conflict do nothing
"""
_AWAITED = """
insert into awaited_payments as known (organization_id, payment_id, amount_minor, currency, method, {at})
select organization_id, payment_id, amount_minor, currency, method, min({at})
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, payment_id uuid, amount_minor bigint, currency text, method text, {at} timestamptz
)
group by organization_id, payment_id, amount_minor, currency, method
on conflict (organization_id, payment_id) do update set {at} = least(known.{at}, excluded.{at})
"""
_PAID = """
insert into payment_moves (organization_id, move_id, payment_id, amount_minor, currency, moved_at)
select organization_id, {id}, payment_id, {sign}amount_minor, currency, {at}
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, {columns}, amount_minor bigint, currency text, {at} timestamptz
)
on conflict do nothing
"""
_SCHEDULED = """
insert into disbursements as known (
    organization_id, disbursement_id, sponsorship_id, program_id, amount_minor, currency, due_on, description,
    scheduled_at
)
select distinct on (organization_id, disbursement_id) organization_id, disbursement_id, sponsorship_id, program_id,
    amount_minor, currency, due_on, description, scheduled_at
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, disbursement_id uuid, sponsorship_id uuid, program_id uuid, amount_minor bigint,
    currency text, due_on date, description text, scheduled_at timestamptz
)
order by organization_id, disbursement_id, scheduled_at
on conflict (organization_id, disbursement_id) do update set due_on = excluded.due_on,
    scheduled_at = excluded.scheduled_at, amount_minor = coalesce(known.amount_minor, excluded.amount_minor),
    currency = coalesce(known.currency, excluded.currency),
    description = coalesce(known.description, excluded.description)
where known.scheduled_at is null
"""
# What was released is the amount that counts, whatever had been planned.
_MADE = """
insert into disbursements as known (
    organization_id, disbursement_id, sponsorship_id, program_id, amount_minor, currency, description, made_on, made_at
)
select distinct on (organization_id, disbursement_id) organization_id, disbursement_id, sponsorship_id, program_id,
    amount_minor, currency, description, made_on, made_at
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, disbursement_id uuid, sponsorship_id uuid, program_id uuid, amount_minor bigint,
    currency text, description text, made_on date, made_at timestamptz
)
order by organization_id, disbursement_id, made_at
on conflict (organization_id, disbursement_id) do update set amount_minor = excluded.amount_minor,
    currency = excluded.currency, description = excluded.description, made_on = excluded.made_on,
    made_at = excluded.made_at
where known.made_at is null
"""
_CANCELLED = """
insert into disbursements as known (organization_id, disbursement_id, sponsorship_id, program_id, cancelled_at)
select organization_id, disbursement_id, sponsorship_id, program_id, min(cancelled_at)
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, disbursement_id uuid, sponsorship_id uuid, program_id uuid, cancelled_at timestamptz
)
group by organization_id, disbursement_id, sponsorship_id, program_id
on conflict (organization_id, disbursement_id) do update set
    cancelled_at = least(known.cancelled_at, excluded.cancelled_at)
"""

PAID = _PAID.format(id="payment_id", sign="", at="completed_at", columns="payment_id uuid")
REFUNDED = _PAID.format(id="refund_id", sign="-", at="refunded_at", columns="payment_id uuid, refund_id uuid")

PROJECTION: Projection = {
    billing.FundsAllocated: (_MOVED.format(id="allocation_id", sign="", at="allocated_at"),),
    billing.FundsReversed: (_MOVED.format(id="reversal_id", sign="-", at="reversed_at"),),
    billing.PaymentInitiated: (_AWAITED.format(at="initiated_at"),),
    billing.PaymentFailed: (_AWAITED.format(at="failed_at"),),
    billing.DisbursementScheduled: (_SCHEDULED,),
    billing.DisbursementMade: (_MADE,),
    billing.DisbursementCancelled: (_CANCELLED,),
}
