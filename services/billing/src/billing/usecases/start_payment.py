"""Send the payer to the provider: open its session between two short transactions, never inside one."""

from uuid import UUID

from sqlalchemy.orm import Session

from billing.clients.gateways import Gateways
from billing.clients.payment_gateway import Wanted
from billing.errors import CheckoutClosed
from billing.models import Checkout
from billing.models.payments import BANK
from billing.queries import checkouts, credit_notes, invoices
from billing.settings import Settings
from billing.usecases.apply_session import apply_session
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use


def start_payment(database: Database, checkout_id: UUID, *, phone: str | None = None) -> str:
    """Where the payer goes next. Safe to repeat: the checkout's id is the provider's key of the session.

    The checkout's method says which provider. ``phone`` is what the payer typed, for one that asks for it.
    Raises UnknownCheckout, CheckoutClosed, ProviderUnavailable, and Invalid for what this provider cannot take.
    """
    with database.transaction(SYSTEM) as session:
        settings = use(session, Settings)
        checkout = checkouts.lock(session, checkout_id)
        if checkout.provider == BANK:
            return checkouts.pay_url(settings, checkout_id)  # which says where to transfer it to
        _ask_for_what_is_due(session, checkout)
        gateway = use(session, Gateways).of(checkout.method, checkout.provider)
        gateway.require_payable(checkout.amount)
        checkout.start_paying(gateway.name, now())
        wanted = _wanted(checkout, checkouts.description(session, checkout), settings, phone)
    found = gateway.open(wanted)
    with database.transaction(SYSTEM) as session:
        apply_session(session, checkout_id, found)
    pay_url = checkouts.pay_url(settings, checkout_id)
    return found.url or pay_url if found.state == "open" else pay_url


def _ask_for_what_is_due(session: Session, checkout: Checkout) -> None:
    """Of an invoice that was paid or corrected since. Raises CheckoutClosed when nothing is."""
    if checkout.invoice_id is None or not checkout.is_open:
        return
    invoice = invoices.lock(session, checkout.invoice_id)
    if invoice.is_settled:
        raise CheckoutClosed()
    due = credit_notes.due(session, invoice)
    checkout.ask_for(due.net, due.tax)


def _wanted(checkout: Checkout, description: str, settings: Settings, phone: str | None) -> Wanted:
    back = checkouts.pay_url(settings, checkout.id) + "/return"
    return Wanted(
        checkout_id=checkout.id,
        amount=checkout.amount,
        description=description,
        return_url=back,
        cancel_url=back,
        expires_at=checkout.expires_at,
        phone=phone,
    )
