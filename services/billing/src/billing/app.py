"""The composition root: the only place that wires."""

from pathlib import Path

from billing.api import BLUEPRINTS
from billing.checks import CHECKS
from billing.clients.gateways import Gateways, of_methods
from billing.clients.payment_gateway import PaymentGateway
from billing.clients.programs import Programs
from billing.commands import COMMANDS
from billing.consumers import CONSUMERS
from billing.jobs import JOBS
from billing.queries.figures import gauges
from billing.sandbox import page as sandbox_page
from billing.sandbox.deliver import deliver_webhooks
from billing.sandbox.server import SandboxServer
from billing.sandbox.settings import SandboxSettings
from billing.settings import Settings
from chassis.database import Database
from chassis.http_client import HttpClient
from chassis.render import Renderer
from chassis.scheduler import Job, every
from chassis.service import Service
from chassis.service_tokens import ServiceTokens
from chassis.wiring import provide


def wire(database: Database, settings: Settings) -> None:
    """Give the use cases their settings and clients."""
    provide(database, Settings, settings)
    sandbox = SandboxServer(database)
    provide(database, SandboxServer, sandbox)
    usual = PaymentGateway(settings.gateway, lambda: settings.gateway.url or sandbox.url)
    offered = usual if settings.gateway.is_offered else None
    provide(database, Gateways, Gateways(offered, of_methods(settings, database)))
    tokens = ServiceTokens(settings.service_urls["identity"], "billing", settings.client_secret)
    programs = HttpClient(settings.service_urls["programs"], token=tokens.for_audience("programs"), timeout=(1.0, 10.0))
    provide(database, Programs, Programs(programs))
    provide(database, Renderer, Renderer(settings.renderer_url))
    provide(database, SandboxSettings, _sandbox(settings))


def _sandbox(settings: Settings) -> SandboxSettings:
    return SandboxSettings(
        enabled=settings.gateway.is_sandbox and settings.gateway.is_offered,
        api_key=settings.gateway.api_key,
        webhook_secret=settings.gateway.webhook_secret,
        public_url=settings.public_url,
    )


SERVICE = Service(
    name="billing",
    title="Billing",
    settings=Settings,
    migrations=Path(__file__).parents[2] / "migrations",
    blueprints=(*BLUEPRINTS, sandbox_page.blp),
    consumers=CONSUMERS,
    wire=wire,
    jobs=(*JOBS, Job("deliver_sandbox_webhooks", every(seconds=1), deliver_webhooks, owns_transactions=True)),
    gauges=gauges,
    checks=CHECKS,
    commands=COMMANDS,
)
