"""Privacy, put together."""

from pathlib import Path

from chassis.database import Database
from chassis.service import Service
from chassis.wiring import provide
from privacy.api import BLUEPRINTS
from privacy.consumers import CONSUMERS
from privacy.jobs import JOBS
from privacy.queries.figures import gauges
from privacy.settings import Settings


def wire(database: Database, settings: Settings) -> None:
    """Give the use cases what they need beside the session."""
    provide(database, Settings, settings)


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
