"""A service whose handlers write each event's id into a table: ``python toy_worker.py web | worker | …``."""

import os
import time
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.cli import main
from chassis.service import Service
from chassis.settings import ServiceSettings
from contracts.event import Event
from contracts.subscriptions import SUBSCRIPTIONS


def write_down(session: Session, event: Event) -> None:
    """Leave an effect behind, in as much time as the test asks for."""
    time.sleep(float(os.environ.get("SECONDS_AN_EVENT", "0")))
    session.execute(text("insert into effects (name) values (:name)"), {"name": event.name})  # type: ignore[attr-defined]


SERVICE = Service(
    name="notifications",
    title="Toy",
    settings=ServiceSettings,
    migrations=Path(__file__).parent / "toy_migrations",
    blueprints=(),
    consumers=dict.fromkeys(SUBSCRIPTIONS["notifications"], write_down),
    wire=lambda _database, _settings: None,
)

if __name__ == "__main__":
    main(SERVICE)
