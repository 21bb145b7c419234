"""The analytics service, wired."""

from pathlib import Path

from analytics.api import BLUEPRINTS
from analytics.clients.privacy import Privacy
from analytics.commands import COMMANDS
from analytics.consumers import CONSUMERS
from analytics.jobs import JOBS
from analytics.settings import Settings
from analytics.usecases.read_gauges import read_gauges
from chassis.database import SYSTEM, Database
from chassis.http_client import HttpClient
from chassis.render import Renderer
from chassis.service import Service
from chassis.service_tokens import ServiceTokens
from chassis.telemetry import Sample
from chassis.wiring import provide


def wire(database: Database, settings: Settings) -> None:
    """What use cases ask for by class."""
    tokens = ServiceTokens(settings.service_urls["identity"], "analytics", settings.client_secret)
    client = HttpClient(settings.service_urls["privacy"], token=tokens.for_audience("privacy"))
    provide(database, Settings, settings)
    provide(database, Privacy, Privacy(client))
    provide(database, Renderer, Renderer(settings.renderer_url))


def gauges(database: Database) -> list[Sample]:
    """The business figures of a metrics scrape."""
    with database.transaction(SYSTEM) as session:
        return read_gauges(session)


SERVICE = Service(
    name="analytics",
    title="Ufadhili analytics",
    settings=Settings,
    migrations=Path(__file__).parents[2] / "migrations",
    blueprints=BLUEPRINTS,
    consumers=CONSUMERS,
    wire=wire,
    gauges=gauges,
    jobs=JOBS,
    commands=COMMANDS,
)
