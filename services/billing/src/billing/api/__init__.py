"""One file per resource; this lists their blueprints."""

from billing.api import catalog, checkouts, entitlements, invoices, ledger, pay, statements, webhooks

BLUEPRINTS = (
    catalog.blp,
    checkouts.blp,
    invoices.blp,
    entitlements.blp,
    ledger.blp,
    statements.blp,
    webhooks.blp,
    pay.blp,
)
