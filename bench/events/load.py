"""Commits events of one type as fast as it can, so many a transaction: the load for measuring how many a second.

``python -m bench.events.load --first N --events N --each N``, with DATABASE_URL in the environment.
"""

import argparse
import os
from uuid import UUID

from faults.toys import result_of
from sqlalchemy import text

from chassis.database import SYSTEM, Database
from chassis.outbox import publish

_WRITE = text("""
insert into written (number, subject, counter)
select number, '00000000-0000-0000-0000-000000000000', 0
from generate_series(cast(:first as bigint), cast(:last as bigint)) as number
""")


def main() -> None:
    """Commit them and end."""
    parser = argparse.ArgumentParser(prog="python -m bench.events.load")
    for name in ("first", "events", "each"):
        parser.add_argument(f"--{name}", type=int, required=True)
    args = parser.parse_args()
    database = Database(os.environ["DATABASE_URL"])
    for first in range(args.first, args.first + args.events, args.each):
        last = min(first + args.each, args.first + args.events) - 1
        events = [result_of(number, UUID(int=1000 + number % 50), number) for number in range(first, last + 1)]
        with database.transaction(SYSTEM) as session:
            session.execute(_WRITE, {"first": first, "last": last})
            publish(session, *events)


if __name__ == "__main__":
    main()
