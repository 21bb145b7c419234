"""The invoice of a paid checkout: what was bought ahead, paid as it is issued."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from billing.catalog import Catalog
from billing.drafts import Draft, Line
from billing.models import Checkout, CheckoutLine, Invoice, Payment
from billing.usecases.issue_invoice import issue_invoices
from billing.usecases.pay_invoice import pay_invoice


def invoice_purchase(
    session: Session, checkout: Checkout, payment: Payment, lines: Sequence[CheckoutLine], at: datetime
) -> Invoice:
    """Issue it and settle it with the payment."""
    draft = Draft(
        organization_id=checkout.organization_id,
        cohort_id=checkout.cohort_id,
        currency=checkout.currency,
        lines=[_line(line) for line in lines],
        checkout_id=checkout.id,
    )
    [invoice] = issue_invoices(session, [draft], at)
    pay_invoice(session, invoice, payment, at)
    return invoice


def _line(line: CheckoutLine) -> Line:
    return Line(
        product=line.product,
        description=Catalog.described(line.product, line.quantity, line.months),
        quantity=line.quantity,
        months=line.months,
        unit_minor=line.unit_minor,
        net_minor=line.net_minor,
        tax_rate=line.tax_rate,
        tax_minor=line.tax_minor,
    )
