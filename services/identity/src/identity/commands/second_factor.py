"""``python -m identity second-factor drop --email … | reseal``: for who lost theirs, and for a new sealing key."""

import argparse
import sys

from chassis.database import SYSTEM, Database
from chassis.errors import Refusal
from identity.queries import people
from identity.rules.addresses import normalised
from identity.usecases.disable_totp import drop_second_factor
from identity.usecases.reseal_factors import reseal_factors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``second-factor`` takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    drop = actions.add_parser("drop", help="take a person's second factor away, once you know who asks")
    drop.add_argument("--email", required=True, type=normalised)
    actions.add_parser("reseal", help="seal every secret with the first of SECOND_FACTOR_SECRETS")


def run(database: Database, arguments: argparse.Namespace) -> int:
    """0 when it is done; 1 with the reason on standard error."""
    try:
        with database.transaction(SYSTEM) as session:
            if arguments.action == "reseal":
                said = f"Sealed with the newest key: {reseal_factors(session)}."
            else:
                user = people.by_email(session, arguments.email)
                if user is None:
                    sys.stderr.write("Nobody has this address.\n")
                    return 1
                drop_second_factor(session, user, actor_id=None)
                said = f"{arguments.email} signs in with the password only; they are told by mail."
    except Refusal as refusal:
        sys.stderr.write(refusal.text + "\n")
        return 1
    sys.stdout.write(said + "\n")
    return 0
