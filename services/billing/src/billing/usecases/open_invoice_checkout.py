"""Open a checkout that pays an issued invoice: all that is due of it, in its own currency."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from billing.clients.gateways import Gateways
from billing.errors import AlreadyPaid, NothingDue, PaidByItsPayment, UnknownInvoice
from billing.models import Checkout, Invoice
from billing.models.invoices import CREDITED, PAID
from billing.queries import checkouts, credit_notes
from billing.settings import Settings
from billing.usecases.expect_transfer import METHOD, expect_transfer
from billing.usecases.open_checkout import PERMISSION
from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden
from chassis.ids import new_id
from chassis.wiring import use


def open_invoice_checkout(
    session: Session, caller: Caller, *, invoice_id: UUID, method: str, success_url: str, cancel_url: str
) -> dict[str, Any]:
    """Open it and return it as it is shown. Several may be open at a time: what pays second is held as credit.

    Raises Forbidden, UnknownInvoice (also for another organization's), AlreadyPaid, NothingDue, PaidByItsPayment, and
    Invalid for what the method's provider cannot take.
    """
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    invoice = session.get(Invoice, invoice_id)
    if invoice is None or invoice.organization_id != caller.organization_id:
        raise UnknownInvoice()
    if not caller.may(PERMISSION, within=invoice.cohort_id):
        raise UnknownInvoice()
    if invoice.state == PAID:
        raise AlreadyPaid()
    if invoice.state == CREDITED:
        raise NothingDue()
    if invoice.checkout_id is not None:
        raise PaidByItsPayment()
    checkout = _checkout(session, invoice)
    checkout.created_by, checkout.method = caller.user_id, method
    checkout.success_url, checkout.cancel_url = success_url, cancel_url
    session.add(checkout)
    session.flush()
    if method == METHOD:
        expect_transfer(session, checkout)
    else:
        use(session, Gateways).for_method(method).require_payable(checkout.amount)
    return checkouts.shown(session, checkout)


def _checkout(session: Session, invoice: Invoice) -> Checkout:
    opened_at, due = now(), credit_notes.due(session, invoice)
    return Checkout(
        id=new_id(),
        organization_id=invoice.organization_id,
        cohort_id=invoice.cohort_id,
        invoice_id=invoice.id,
        state="open",
        currency=invoice.currency,
        net_minor=due.net.minor,
        tax_minor=due.tax.minor,
        amount_minor=(due.net + due.tax).minor,
        created_at=opened_at,
        expires_at=opened_at + timedelta(minutes=use(session, Settings).checkout_minutes),
    )
