"""The gateway's command line: ``python -m gateway web | authorize | check | nginx | certificate | openapi``."""

import argparse
import sys
from pathlib import Path

from chassis import logs, tracing
from chassis.settings import load, refuse_weak_secrets
from gateway.edge import commands as edge_commands
from gateway.settings import Settings


def main() -> None:
    """Run one command and end the process with its status."""
    parser = argparse.ArgumentParser(prog="python -m gateway", description="The one door to every service.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("web", help="answer HTTP on HOST:PORT").set_defaults(run=_web)
    commands.add_parser("authorize", help="say to nginx on HOST:PORT what may go on").set_defaults(run=_authorize)
    openapi = commands.add_parser("openapi", help="print the merged OpenAPI document")
    openapi.add_argument("folder", type=Path, help="where the services' documents lie (docs/openapi)")
    openapi.set_defaults(run=_openapi)
    edge_commands.add(commands)
    check = commands.add_parser("check", help="the production checklist; 1 when a point fails")
    check.add_argument("--json", action="store_true", help="a JSON list of points instead of lines")
    check.set_defaults(run=_check)
    args = parser.parse_args()
    args.run(args)


def _openapi(args: argparse.Namespace) -> None:
    from gateway.merge import merge

    sys.stdout.buffer.write(merge(args.folder))


def _settings() -> Settings:
    """What a serving process reads; it does not start with a weak secret in production."""
    settings = load(Settings.read)
    refuse_weak_secrets(settings.environment, Settings.secrets, "gateway")
    return settings


def _check(args: argparse.Namespace) -> None:
    from chassis.check.command import run
    from gateway.checks import CHECKS

    sys.exit(run("gateway", Settings, CHECKS, as_json=args.json))


def _web(_: argparse.Namespace) -> None:
    from chassis.server import serve
    from gateway.app import create_app, start_polling

    settings = _settings()
    logs.configure("gateway", settings.log_level, settings.log_format)
    tracing.configure("gateway")
    app = create_app(settings)
    serve(
        lambda: app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        post_worker_init=lambda _: start_polling(app.extensions["revocations"]),
    )


def _authorize(_: argparse.Namespace) -> None:
    from gateway.app import create_authorize, start_polling
    from gateway.server import serve

    settings = _settings()
    tracing.configure("gateway")
    authorize, revocations = create_authorize(settings)
    start_polling(revocations)
    serve(
        authorize,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        quiet=lambda: logs.configure("gateway", settings.log_level, settings.log_format),
    )


if __name__ == "__main__":
    main()
