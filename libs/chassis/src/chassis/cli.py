"""The command line every service has: ``python -m billing web | worker | migrate | events | openapi``."""

import argparse
import signal
import sys
import threading

import msgspec

from chassis import events_command, logs
from chassis.database import Database
from chassis.factory import create_app
from chassis.openapi import document
from chassis.processor import Processor
from chassis.relay import Relay
from chassis.scheduler import Scheduler, housekeeping_jobs
from chassis.server import serve_service
from chassis.service import Service
from chassis.settings import PLACEHOLDERS, ServiceSettings, load
from chassis.transports.http import HttpTransport
from chassis.worker import Worker


def main(service: Service, arguments: list[str] | None = None) -> None:
    """Run one command and end the process with its status."""
    args = _parser(service).parse_args(arguments)
    if args.command == "openapi":
        sys.exit(_openapi(service))
    if args.command == "migrate":
        sys.exit(_migrate(service))
    settings = load(service.settings.read)
    logs.configure(service.name, settings.log_level, settings.log_format)
    sys.exit(_run(service, settings, args))


def _parser(service: Service) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {service.name}", description=f"The {service.title} service.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    web = commands.add_parser("web", help="answer HTTP on HOST:PORT")
    web.add_argument("--with-worker", action="store_true", help="run the worker's threads in the same process")
    commands.add_parser("worker", help="relay events, handle events, run periodic jobs")
    commands.add_parser("migrate", help="bring the database to the newest revision (DATABASE_OWNER_URL)")
    commands.add_parser("openapi", help="print the OpenAPI document")
    events_command.add_arguments(commands.add_parser("events", help="see, replay and skip events"))
    for name, (text, add_arguments, _) in service.commands.items():
        add_arguments(commands.add_parser(name, help=text))
    return parser


def _run(service: Service, settings: ServiceSettings, args: argparse.Namespace) -> int:
    if args.command == "web":
        make = (lambda: make_worker(service, settings)) if args.with_worker else None
        serve_service(create_app(service, settings), settings, make)
        return 0
    if args.command == "worker":
        return _work(service, settings)
    database = Database(settings.database_url)
    service.wire(database, settings)
    if args.command == "events":
        return events_command.run(database, args)
    return service.commands[args.command][2](database, args)


def make_worker(service: Service, settings: ServiceSettings) -> Worker:
    """The relay, processor and scheduler of one service, on a pool of their own."""
    database = Database(settings.database_url)
    service.wire(database, settings)
    urls = {name: url for name, url in settings.service_urls.items() if url}
    return Worker(
        Relay(database, service.name, HttpTransport(urls, settings.events_secret)),
        Processor(database, service.name, service.consumers),
        Scheduler(database, [*service.jobs, *housekeeping_jobs()]),
    )


def _work(service: Service, settings: ServiceSettings) -> int:
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    worker = make_worker(service, settings)
    worker.start()
    stop.wait()
    worker.stop(timeout=30)
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
