"""Commits numbered events at a steady rate and notes, outside the database, what it was told is committed.

``python -m faults.writer --events 2000 --subjects 50 --rate 80 --seed 1 --notes FILE --enough FILE``. Killed and
started again, it goes on where the database says it was; behind its time, it hurries. It ends after so many events,
but not before there is a file called ``enough``: what strikes in between acknowledgements needs some to come.
"""

import argparse
import os
import random
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.database import SYSTEM, Database
from faults.toys import write

PAUSE = 0.05


def facts(subjects: int, seed: int) -> Iterator[tuple[int, UUID, int]]:
    """Number, subject and the subject's counter of each event, without end: the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - replayable, guards nothing
    counters: dict[int, int] = {}
    for number in count():
        subject = chance.randrange(subjects)
        counters[subject] = counters.get(subject, -1) + 1
        yield number, UUID(int=1000 + subject), counters[subject]


def run(database: Database, args: argparse.Namespace) -> None:
    """Write what is not written yet; what the database refuses is tried until it holds."""
    first = _next(database)
    started = args.since or time.time()
    with args.notes.open("a") as notes:
        for number, subject, counter in facts(args.subjects, args.seed):
            if number >= args.events and args.enough.exists():
                return
            if number < first:
                continue
            time.sleep(max(0.0, started + number / args.rate - time.time()))
            _insist(database, number, subject, counter)
            notes.write(f"{number}\n")
            notes.flush()


def _insist(database: Database, number: int, subject: UUID, counter: int) -> None:
    # A commit whose answer was lost may hold: writing the number again then does nothing.
    while True:
        try:
            with database.transaction(SYSTEM) as session:
                write(session, number, subject, counter)
        except DBAPIError:
            print(f"refused {number}", flush=True)
            time.sleep(PAUSE)
        else:
            return


def _next(database: Database) -> int:
    while True:
        try:
            with database.transaction(SYSTEM) as session:
                return int(session.scalar(text("select coalesce(max(number) + 1, 0) from written")) or 0)
        except DBAPIError:
            time.sleep(PAUSE)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m faults.writer")
    for name in ("events", "subjects", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True, help="events a second")
    parser.add_argument("--since", type=float, help="when the first was due, in seconds since 1970")
    for name in ("notes", "enough"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    run(Database(os.environ["DATABASE_URL"]), _arguments())
