"""Notifications, put together."""

from pathlib import Path

from chassis.database import Database
from chassis.http_client import HttpClient
from chassis.service import Service
from chassis.service_tokens import ServiceTokens
from chassis.wiring import provide
from notifications.api import BLUEPRINTS
from notifications.checks import CHECKS
from notifications.clients.links import Links
from notifications.clients.mailers import Mailer, mailer
from notifications.clients.programs import Programs
from notifications.consumers import CONSUMERS
from notifications.jobs import JOBS
from notifications.queries.figures import gauges
from notifications.settings import Settings


def wire(database: Database, settings: Settings) -> None:
    """Give the use cases the services they ask and the way out for mail."""
    tokens = ServiceTokens(settings.service_urls["identity"], "notifications", settings.client_secret)
    identity = HttpClient(settings.service_urls["identity"], token=tokens.for_audience("identity"))
    # A request waits for this while it holds a database connection: better a refusal soon than starvation.
    programs = HttpClient(
        settings.service_urls["programs"], token=tokens.for_audience("programs"), timeout=(1.0, 5.0), retries=1
    )
    provide(database, Settings, settings)
    provide(database, Links, Links(identity))
    provide(database, Programs, Programs(programs))
    provide(database, Mailer, mailer(settings))


SERVICE = Service(
    name="notifications",
    title="Ufadhili notifications",
    settings=Settings,
    migrations=Path(__file__).parents[2] / "migrations",
    blueprints=BLUEPRINTS,
    consumers=CONSUMERS,
    wire=wire,
    jobs=JOBS,
    gauges=gauges,
    checks=CHECKS,
)
