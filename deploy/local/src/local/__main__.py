"""The command line: python -m local up | status | migrate | run | reset."""

import argparse
import sys
from pathlib import Path

from local import dotenv
from local.errors import Refused
from local.home import Home
from local.names import SERVICES

DESCRIPTION = """\
Run the whole system on this machine with nothing installed: an embedded PostgreSQL, six services, a PDF
renderer and the gateway. Settings come from the environment, or from a file .env: PORT (8000) is where the
gateway listens, UFADHILI_HOME (/var/lib/ufadhili for root, ./var otherwise) where the data is.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    dotenv.load(Path(".env"))
    args = _parser().parse_args(arguments)
    try:
        return _run(args, Home.from_environment())
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="start everything; Ctrl-C stops it")
    up.add_argument("--with-parent", action="store_true", help="stop when the parent process (make) ends")
    commands.add_parser("status", help="show each process, its address and whether it is ready")
    commands.add_parser("migrate", help="bring the databases to their newest revision")
    run = commands.add_parser("run", help="run a service's own command, e.g. run identity create-admin --help")
    run.add_argument("service", choices=SERVICES)
    run.add_argument("arguments", nargs=argparse.REMAINDER)
    reset = commands.add_parser("reset", help="remove all data, keys and mail")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _run(args: argparse.Namespace, home: Home) -> int:
    # Imported one by one: the supervisor stays small when it does not carry the other commands.
    if args.command == "up":
        from local.up import up

        return up(home, with_parent=args.with_parent)
    if args.command == "status":
        from local.status import status

        return status(home)
    from local import errands

    if args.command == "migrate":
        return errands.migrate(home)
    if args.command == "run":
        return errands.run(home, args.service, args.arguments)
    return errands.reset(home, confirmed=args.yes)


if __name__ == "__main__":
    sys.exit(main())
