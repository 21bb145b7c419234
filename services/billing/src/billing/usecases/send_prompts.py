"""Send the prompts that payers wait for on their phones: nobody's web request waits for the provider."""

from billing.clients.daraja import DarajaGateway
from billing.clients.gateways import Gateways
from chassis.database import SYSTEM, Database
from chassis.wiring import use


def send_prompts(database: Database) -> None:
    """Each once; one that cannot be sent stays on its way until its provider says what became of it."""
    with database.transaction(SYSTEM) as session:
        gateways = use(session, Gateways)
    for name in gateways.names:
        gateway = gateways.named(name)
        if isinstance(gateway, DarajaGateway):
            gateway.send_due()
