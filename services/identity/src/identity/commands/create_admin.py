"""``python -m identity create-admin --email …``: the only way to become an administrator of the platform."""

import argparse
import getpass
import sys

from chassis.database import SYSTEM, Database
from chassis.errors import Refusal
from identity.rules.addresses import normalised
from identity.usecases.create_admin import create_admin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``create-admin`` takes. The password is asked for, or read from standard input."""
    parser.add_argument("--email", required=True, type=normalised)
    parser.add_argument("--name", default="Platform administrator")


def run(database: Database, arguments: argparse.Namespace) -> int:
    """Make the administrator; 0 when there is one now, 1 with the reason on standard error."""
    try:
        with database.transaction(SYSTEM) as session:
            made = create_admin(session, email=arguments.email, name=arguments.name, password=_password())
    except Refusal as refusal:
        print(refusal.text, file=sys.stderr)  # noqa: T201 - a command speaks on its console
        return 1
    said = "is now an administrator of the platform" if made else "was an administrator before"
    print(f"{arguments.email} {said}.")  # noqa: T201
    return 0


def _password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")
