"""What an operator can have analytics do: ``python -m analytics rebuild``."""

import argparse

from analytics.usecases.rebuild_projections import rebuild_projections
from chassis.database import SYSTEM, Database


def rebuild(database: Database, _: argparse.Namespace) -> int:
    """Rebuild every projection in one transaction, saying how far it is."""
    with database.transaction(SYSTEM) as session:
        count = rebuild_projections(session, _say)
    print(f"rebuilt from {count} events")  # noqa: T201 - a command talks to its terminal
    return 0


def _say(done: int, total: int) -> None:
    print(f"{done} of {total} events ({100 * done // max(total, 1)} %)", flush=True)  # noqa: T201 - as above


COMMANDS = {"rebuild": ("make every projection again from the events kept", lambda _: None, rebuild)}
