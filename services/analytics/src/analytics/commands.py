"""What an operator can have analytics do: ``python -m analytics rebuild``."""

import argparse

from analytics.usecases.rebuild_projections import rebuild_projections
from chassis.database import Database


def rebuild(database: Database, _: argparse.Namespace) -> int:
    """Rebuild every projection, or go on with a rebuild that was cut off, saying how far it is."""
    wrong = rebuild_projections(database, _say)
    for table, rows in wrong.items():
        print(f"{table}: {rows} rows were not what the events tell, and are now")  # noqa: T201 - to its terminal
    print("rebuilt; every row was right" if not wrong else "rebuilt")  # noqa: T201 - as above
    return 0


def _say(done: int, total: int) -> None:
    print(f"{done} of {total} events ({100 * done // max(total, 1)} %)", flush=True)  # noqa: T201 - as above


COMMANDS = {"rebuild": ("make every projection again from the events kept", lambda _: None, rebuild)}
