"""One file per resource; this lists their blueprints."""

from billing.api import (
    catalog,
    checkouts,
    credit_notes,
    entitlements,
    internal_data,
    invoices,
    ledger,
    partner,
    pay,
    payments,
    reconciliation,
    statements,
    webhooks,
)

BLUEPRINTS = (
    catalog.blp,
    checkouts.blp,
    invoices.blp,
    invoices.internal,
    credit_notes.blp,
    payments.blp,
    reconciliation.blp,
    entitlements.blp,
    ledger.blp,
    statements.blp,
    webhooks.blp,
    pay.blp,
    *partner.BLUEPRINTS,
    internal_data.blp,
)
