"""Ask the provider what became of a checkout, and act on the answer."""

from uuid import UUID

from billing.clients.gateways import Gateways
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
        gateways = use(session, Gateways)
        checkout = checkouts.get(session, checkout_id)
        if checkout.provider not in gateways.names:
            return checkout.state
        gateway = gateways.named(checkout.provider)
        checkout.checked_at = now()
        session_id = checkout.session_id
        # A promise of money is not taken up once there is nothing left to pay.
        due = checkout.amount if checkout.is_open and now() < checkout.expires_at else None
    found = gateway.find(checkout_id, session_id, due)
    with database.transaction(SYSTEM) as session:
        return apply_session(session, checkout_id, found)
