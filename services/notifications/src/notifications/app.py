"""Notifications, put together."""

from pathlib import Path

from chassis.database import Database
from chassis.http_client import HttpClient
from chassis.outgoing import Policy
from chassis.sealing import Sealing
from chassis.service import Service
from chassis.service_tokens import ServiceTokens
from chassis.wiring import provide
from notifications.api import BLUEPRINTS
from notifications.checks import CHECKS
from notifications.clients.couriers import Couriers
from notifications.clients.invoices import Invoices
from notifications.clients.links import Links
from notifications.clients.mailers import Mailer, mailer
from notifications.clients.privacy import Privacy
from notifications.clients.programs import Programs
from notifications.clients.reports import Reports
from notifications.clients.texters import Texter, texter
from notifications.clients.webhooks import Receivers
from notifications.consumers import CONSUMERS
from notifications.jobs import JOBS
from notifications.queries.figures import gauges
from notifications.settings import Settings


def wire(database: Database, settings: Settings) -> None:
    """Give the use cases the services they ask and the ways out for mails and text messages."""
    tokens = ServiceTokens(settings.service_urls["identity"], "notifications", settings.client_secret)
    identity = HttpClient(settings.service_urls["identity"], token=tokens.for_audience("identity"))
    # A request waits for this while it holds a database connection: better a refusal soon than starvation.
    programs = HttpClient(
        settings.service_urls["programs"], token=tokens.for_audience("programs"), timeout=(1.0, 5.0), retries=1
    )
    privacy = HttpClient(settings.service_urls["privacy"], token=tokens.for_audience("privacy"), timeout=(1.0, 3.0))
    # Spoken to as the reader of a report, with the token identity gives for that. A document takes seconds.
    analytics = HttpClient(settings.service_urls["analytics"], timeout=(1.0, 15.0), retries=0)
    provide(database, Settings, settings)
    provide(database, Links, Links(identity))
    provide(database, Programs, Programs(programs))
    provide(database, Privacy, Privacy(privacy))
    provide(database, Reports, Reports(identity, analytics))
    # It prints the document while we wait, as analytics does.
    billing = HttpClient(
        settings.service_urls["billing"], token=tokens.for_audience("billing"), timeout=(1.0, 15.0), retries=0
    )
    provide(database, Invoices, Invoices(billing))
    provide(database, Mailer, mailer(settings))
    provide(database, Sealing, Sealing(settings.webhooks.roots, "webhook secrets v1"))
    provide(database, Receivers, Receivers(Policy(settings.webhooks.allowed)))
    provide(database, Couriers, Couriers())
    provide(database, Texter, texter(settings))


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
