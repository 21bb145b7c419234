"""Identity's composition root: the only place that wires."""

from pathlib import Path

from chassis.auth import AUDIENCE, TokenVerifier
from chassis.database import Database
from chassis.service import Service
from chassis.wiring import provide
from identity.api import BLUEPRINTS
from identity.checks import CHECKS
from identity.clients.signer import Signer
from identity.clients.signing_keys import SigningKeys
from identity.clients.vault import Vault
from identity.commands import COMMANDS, TOOLS
from identity.consumers import CONSUMERS
from identity.jobs import JOBS
from identity.queries.figures import gauges
from identity.settings import Settings


def wire(database: Database, settings: Settings) -> None:
    """Settings, the signer, and a verifier that reads our own keys instead of asking ourselves over HTTP."""
    keys = SigningKeys(settings.signing_keys_dir)
    provide(database, Settings, settings)
    provide(database, Signer, Signer(keys, settings.access_token_life, settings.service_token_life))
    provide(database, Vault, Vault([*settings.second_factor_secrets, settings.client_secret]))
    provide(database, TokenVerifier, TokenVerifier(keys.jwks, (AUDIENCE, "identity")))


SERVICE = Service(
    name="identity",
    title="Identity",
    settings=Settings,
    migrations=Path(__file__).parents[2] / "migrations",
    blueprints=BLUEPRINTS,
    consumers=CONSUMERS,
    wire=wire,
    jobs=JOBS,
    gauges=gauges,
    commands=COMMANDS,
    tools=TOOLS,
    checks=CHECKS,
)
