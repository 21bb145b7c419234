"""What a service is, on one page: the parts ``app.py`` names and the chassis puts together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chassis.blueprint import Blueprint
from chassis.check.points import Check
from chassis.database import Database
from chassis.scheduler import Job
from chassis.settings import ServiceSettings
from chassis.telemetry import Sample
from contracts.event import Event

Handler = Callable[[Any, Any], None]


@dataclass(frozen=True)
class Service:
    """The composition root of one service.

    ``wire(database, settings)`` provides clients and settings to the use cases (``chassis.wiring``).
    ``gauges(database)`` gives the business figures of a metrics scrape. ``commands`` adds to the command line:
    name to ``(help, add_arguments(parser), run(database, arguments) -> exit status)``. ``tools`` are commands that
    need neither settings nor a database: ``run(arguments) -> exit status``. ``checks`` adds to ``check``.
    """

    name: str
    title: str
    settings: type[ServiceSettings]
    migrations: Path
    blueprints: Sequence[Blueprint]
    consumers: Mapping[type[Event], Handler]
    wire: Callable[[Database, Any], None]
    jobs: Sequence[Job] = ()
    gauges: Callable[[Database], list[Sample]] | None = None
    commands: Mapping[str, tuple[str, Callable[[Any], None], Callable[[Database, Any], int]]] = field(
        default_factory=dict
    )
    tools: Mapping[str, tuple[str, Callable[[Any], None], Callable[[Any], int]]] = field(default_factory=dict)
    checks: Sequence[Check] = ()
