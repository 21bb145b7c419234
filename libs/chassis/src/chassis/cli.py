"""The command line every service has: ``python -m billing web | worker | migrate | check | events | openapi``."""

import argparse
import sys

import msgspec

from chassis import events_command, logs, tracing, transports
from chassis.check import command as checklist
from chassis.database import Database
from chassis.factory import create_app, create_worker_app
from chassis.memory import keep_what_is_loaded
from chassis.openapi import document
from chassis.processor import Processor
from chassis.relay import Relay
from chassis.scheduler import Scheduler, housekeeping_jobs
from chassis.server import serve_service
from chassis.service import Service
from chassis.settings import PLACEHOLDERS, ServiceSettings, load, refuse_weak_secrets
from chassis.worker import Runs, Worker


def main(service: Service, arguments: list[str] | None = None) -> None:
    """Run one command and end the process with its status."""
    args = _parser(service).parse_args(arguments)
    if args.command == "openapi":
        sys.exit(_openapi(service))
    if args.command == "migrate":
        sys.exit(_migrate(service))
    if args.command == "check":
        sys.exit(checklist.run_for(service, as_json=args.json))
    if args.command in service.tools:
        sys.exit(service.tools[args.command][2](args))
    settings = load(service.settings.read)
    if args.command == "worker" or getattr(args, "with_worker", False):
        _require_broker(settings)
    logs.configure(service.name, settings.log_level, settings.log_format)
    tracing.configure(service.name)
    sys.exit(_run(service, settings, args))


def _require_broker(settings: ServiceSettings) -> None:
    """Only a worker speaks to the broker: who only answers requests need not know its password."""
    if settings.events_transport == "amqp" and not settings.amqp_url:
        sys.exit("settings: AMQP_URL: a worker needs it when EVENTS_TRANSPORT is amqp")


def _parser(service: Service) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {service.name}", description=f"The {service.title} service.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    web = commands.add_parser("web", help="answer HTTP on HOST:PORT")
    web.add_argument("--with-worker", action="store_true", help="run the worker's threads in the same process")
    commands.add_parser("worker", help="relay events, handle events, run periodic jobs; answer for itself on HOST:PORT")
    commands.add_parser("migrate", help="bring the database to the newest revision (DATABASE_OWNER_URL)")
    commands.add_parser("openapi", help="print the OpenAPI document")
    events = commands.add_parser("events", help="see, replay, skip and resend events")
    events_command.add_arguments(events, service.name)
    checklist.add_arguments(commands.add_parser("check", help="the production checklist; 1 when a point fails"))
    for name, (text, add_arguments, _) in [*service.commands.items(), *service.tools.items()]:
        add_arguments(commands.add_parser(name, help=text))
    return parser


def _run(service: Service, settings: ServiceSettings, args: argparse.Namespace) -> int:
    if args.command in ("web", "worker"):
        refuse_weak_secrets(settings.environment, service.settings.secrets, service.name)
    if args.command == "web":
        make = (lambda: make_worker(service, settings)) if args.with_worker else None
        serve_service(create_app(service, settings), settings, make)
        return 0
    if args.command == "worker":
        return _work(service, settings)
    database = _database(service, settings)
    if args.command == "events":
        return events_command.run(database, args)
    keep_what_is_loaded()
    return service.commands[args.command][2](database, args)


def make_worker(service: Service, settings: ServiceSettings) -> Worker:
    """The worker's parts of one service, on a pool of their own."""
    database = _database(service, settings)
    return Worker(
        Relay(database, service.name, transports.transport(service.name, settings)),
        Processor(database, service.name, service.consumers),
        Scheduler(database, [*service.jobs, *housekeeping_jobs()]),
        _consumer(service, settings, database),
    )


def _consumer(service: Service, settings: ServiceSettings, database: Database) -> Runs | None:
    """What fetches events from the broker; without one they come to the web's door."""
    if settings.events_transport != "amqp":
        return None
    from chassis.transports.amqp import Consumer, counters

    counters.begin(service.name)
    return Consumer(database, service.name, settings.amqp_url)


def _database(service: Service, settings: ServiceSettings) -> Database:
    database = Database(settings.database_url)
    service.wire(database, settings)
    transports.owe(database, settings)
    return database


def _work(service: Service, settings: ServiceSettings) -> int:
    app = create_worker_app(service, settings)
    serve_service(app, settings, lambda: make_worker(service, settings), threads=2, patience=25)
    return 0


def _migrate(service: Service) -> int:
    """Told nothing but the owner role's address: whoever migrates needs no other secret."""
    owner_url = load(lambda env: env.str("DATABASE_OWNER_URL"))
    from chassis import migrate  # Alembic weighs 11 MB that no serving process needs

    migrate.upgrade(service.migrations, owner_url)
    return 0


def _openapi(service: Service) -> int:
    import os

    placeholders = {**PLACEHOLDERS, **service.settings.placeholders}
    os.environ.update({name: os.environ.get(name, value) for name, value in placeholders.items()})
    app = create_app(service, load(service.settings.read))
    text = msgspec.json.format(msgspec.json.encode(document(app.extensions["openapi"])), indent=2)
    sys.stdout.buffer.write(text + b"\n")
    return 0
