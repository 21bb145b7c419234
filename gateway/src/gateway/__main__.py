"""The gateway's command line: ``python -m gateway web | openapi``."""

import argparse
import sys
from pathlib import Path

from chassis import logs
from chassis.server import serve
from chassis.settings import load
from gateway.app import create_app, start_polling
from gateway.merge import merge
from gateway.settings import Settings


def main() -> None:
    """Run one command and end the process with its status."""
    parser = argparse.ArgumentParser(prog="python -m gateway", description="The one door to every service.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("web", help="answer HTTP on HOST:PORT")
    openapi = commands.add_parser("openapi", help="print the merged OpenAPI document")
    openapi.add_argument("folder", type=Path, help="where the services' documents lie (docs/openapi)")
    args = parser.parse_args()
    if args.command == "openapi":
        sys.stdout.buffer.write(merge(args.folder))
        return
    _web(load(Settings.read))


def _web(settings: Settings) -> None:
    logs.configure("gateway", settings.log_level, settings.log_format)
    app = create_app(settings)
    serve(
        lambda: app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        post_worker_init=lambda _: start_polling(app),
    )


if __name__ == "__main__":
    main()
