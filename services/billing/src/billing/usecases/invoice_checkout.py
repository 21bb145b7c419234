"""The invoice of a checkout: of what was bought ahead, paid as it is issued, or of what is to be funded."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.catalog import Catalog
from billing.drafts import Draft, Line
from billing.models import Checkout, CheckoutLine, Invoice, InvoiceDraft
from billing.usecases.issue_invoice import issue_invoices
from chassis.ids import new_id


def draft_invoice(session: Session, checkout: Checkout) -> None:
    """An invoice to be: it is issued when the money has come, and dropped when it does not."""
    draft = InvoiceDraft(
        id=new_id(),
        organization_id=checkout.organization_id,
        checkout_id=checkout.id,
        created_at=checkout.created_at,
    )
    session.add(draft)
    session.flush()


def issued_invoice(session: Session, checkout: Checkout) -> Invoice | None:
    """The checkout's invoice, if it was issued before it was paid."""
    mine = (Invoice.organization_id == checkout.organization_id) & (Invoice.checkout_id == checkout.id)
    return session.scalars(select(Invoice).where(mine).with_for_update()).one_or_none()


def invoice_checkout(
    session: Session, checkout: Checkout, lines: Sequence[CheckoutLine], at: datetime, *, to_be_paid: bool = False
) -> Invoice:
    """Issue it, as what its draft said it would be. ``to_be_paid``: in the settings' days, else it is due at once."""
    mine = (InvoiceDraft.organization_id == checkout.organization_id) & (InvoiceDraft.checkout_id == checkout.id)
    draft = session.scalars(select(InvoiceDraft).where(mine)).one_or_none()
    wanted = Draft(
        organization_id=checkout.organization_id,
        cohort_id=checkout.cohort_id,
        currency=checkout.currency,
        lines=[_line(checkout, line) for line in lines],
        checkout_id=checkout.id,
        to_be_paid=to_be_paid,
        owed=not checkout.is_funding,
        id=draft.id if draft else None,
    )
    if draft:
        session.delete(draft)
    [invoice] = issue_invoices(session, [wanted], at)
    return invoice


def _line(checkout: Checkout, line: CheckoutLine) -> Line:
    funding = checkout.is_funding
    bought = Catalog.described(line.product, line.quantity, line.months)
    return Line(
        product=line.product,
        description=checkout.description or bought if funding else bought,
        quantity=line.quantity,
        months=line.months,
        unit="contribution" if funding else "seat",
        unit_minor=line.unit_minor,
        net_minor=line.net_minor,
        tax_rate=line.tax_rate,
        tax_minor=line.tax_minor,
    )
