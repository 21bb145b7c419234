"""``python -m toy check``: the smallest service there is, for the checklist to look at."""

import os
from pathlib import Path

from chassis.cli import main
from chassis.render import Renderer
from chassis.service import Service
from chassis.settings import ServiceSettings
from chassis.wiring import provide

SERVICE = Service(
    name=os.environ.get("TOY_NAME", "toy"),
    title="Toy",
    settings=ServiceSettings,
    migrations=Path(__file__).parents[2] / "toy_migrations",
    blueprints=(),
    consumers={},
    wire=lambda database, settings: provide(database, Renderer, Renderer(settings.renderer_url)),
)

if __name__ == "__main__":
    main(SERVICE)
