"""The partner's own doors: payments, invoices, disbursements."""

from billing.api.partner import disbursements, invoices, payments

BLUEPRINTS = (payments.blp, invoices.blp, disbursements.blp)
