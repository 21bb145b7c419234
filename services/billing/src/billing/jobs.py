"""Schedule → use case."""

from billing.usecases.close_month import assign_new_payers, close_due_months
from billing.usecases.expire_grants import expire_grants
from billing.usecases.make_disbursements import make_disbursements
from billing.usecases.mark_overdue import mark_overdue
from billing.usecases.reconcile import reconcile_recent_days
from billing.usecases.refund import look_after_refunds
from billing.usecases.remind_of_invoices import remind_of_invoices
from billing.usecases.send_prompts import send_prompts
from billing.usecases.settle_open_payments import settle_open_payments
from chassis.scheduler import Job, every

JOBS = (
    Job("look_after_refunds", every(seconds=30), look_after_refunds, owns_transactions=True),
    Job("send_prompts", every(seconds=1), send_prompts, owns_transactions=True),
    Job("settle_open_payments", every(seconds=30), settle_open_payments, owns_transactions=True),
    Job("expire_grants", every(seconds=30), expire_grants),
    Job("assign_new_payers", every(seconds=10), assign_new_payers),
    Job("close_due_months", every(seconds=3600), close_due_months, owns_transactions=True),
    Job("mark_overdue", every(seconds=10), mark_overdue),
    Job("make_disbursements", every(seconds=30), make_disbursements, owns_transactions=True),
    Job("reconcile", "30 2 * * *", reconcile_recent_days, owns_transactions=True),
    Job("remind_of_invoices", every(seconds=10), remind_of_invoices),
)
