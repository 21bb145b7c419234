"""The composition root: the only place that wires."""

from pathlib import Path

from chassis.database import Database
from chassis.http_client import HttpClient
from chassis.service import Service
from chassis.service_tokens import ServiceTokens
from chassis.wiring import provide
from programs.api import BLUEPRINTS
from programs.clients.privacy import Privacy
from programs.consumers import CONSUMERS
from programs.jobs import JOBS
from programs.queries.figures import gauges
from programs.settings import Settings


def wire(database: Database, settings: Settings) -> None:
    """Provide what use cases ask for."""
    tokens = ServiceTokens(settings.service_urls["identity"], "programs", settings.client_secret)
    # A list waits for this while it holds a database connection: better pseudonyms soon than names late.
    http = HttpClient(
        settings.service_urls["privacy"], token=tokens.for_audience("privacy"), timeout=(1.0, 3.0), retries=1
    )
    provide(database, Settings, settings)
    provide(database, Privacy, Privacy(http))


SERVICE = Service(
    name="programs",
    title="Programs",
    settings=Settings,
    migrations=Path(__file__).parents[2] / "migrations",
    blueprints=BLUEPRINTS,
    consumers=CONSUMERS,
    wire=wire,
    jobs=JOBS,
    gauges=gauges,
)
