"""Ask the provider what became of a checkout, and act on the answer."""

from uuid import UUID

from billing.clients.payment_gateway import PaymentGateway
from billing.queries import checkouts
from billing.usecases.apply_session import apply_session
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use


def settle_checkout(database: Database, checkout_id: UUID) -> str:
    """The checkout's state afterwards. Harmless to repeat; the provider is asked between two transactions.

    Raises UnknownCheckout, ProviderUnavailable.
    """
    with database.transaction(SYSTEM) as session:
        gateway = use(session, PaymentGateway)
        checkout = checkouts.get(session, checkout_id)
        if checkout.provider != gateway.name:
            return checkout.state
        checkout.checked_at = now()
        session_id = checkout.session_id
    found = gateway.find(checkout_id, session_id)
    with database.transaction(SYSTEM) as session:
        return apply_session(session, checkout_id, found)
