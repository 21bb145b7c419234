"""Privacy, put together."""

from pathlib import Path

from chassis.database import Database
from chassis.http_client import HttpClient
from chassis.render import Renderer
from chassis.service import Service
from chassis.service_tokens import ServiceTokens
from chassis.wiring import provide
from privacy.api import BLUEPRINTS
from privacy.clients.owners import Owners
from privacy.consumers import CONSUMERS
from privacy.jobs import JOBS
from privacy.queries.figures import gauges
from privacy.settings import Settings


def wire(database: Database, settings: Settings) -> None:
    """Give the use cases what they need beside the session."""
    tokens = ServiceTokens(settings.service_urls["identity"], "privacy", settings.client_secret)
    addresses = {
        "identity": settings.service_urls["identity"],
        "programs": settings.service_urls["programs"],
        "billing": settings.service_urls["billing"],
        "analytics": settings.service_urls["analytics"],
        "notifications": settings.service_urls["notifications"],
    }
    clients = {name: HttpClient(url, token=tokens.for_audience(name), retries=1) for name, url in addresses.items()}
    provide(database, Settings, settings)
    provide(database, Owners, Owners(clients))
    provide(database, Renderer, Renderer(settings.renderer_url))


SERVICE = Service(
    name="privacy",
    title="Ufadhili privacy",
    settings=Settings,
    migrations=Path(__file__).parents[2] / "migrations",
    blueprints=BLUEPRINTS,
    consumers=CONSUMERS,
    wire=wire,
    jobs=JOBS,
    gauges=gauges,
)
