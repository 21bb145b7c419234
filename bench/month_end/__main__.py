"""``python -m bench.month_end [--cohorts N] [--seats N]``: prints a line and writes bench/month-end.json."""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import time_machine
from bench.month_end import ROOT

from billing.app import SERVICE
from billing.queries.closings import Closing
from billing.rules import Month
from billing.usecases.close_month import close_month
from chassis.database import Database
from chassis.testing.apps import application
from chassis.testing.cluster import cluster

GOAL_SECONDS = 600
_CORRECTIONS = (Path(__file__).parent / "corrections.sql").read_text()
_DATA = (Path(__file__).parent / "data.sql").read_text()


def main() -> int:
    """Close one month of generated organizations on a database of its own; 1 when it took longer than the goal."""
    parser = argparse.ArgumentParser(prog="python -m bench.month_end", description=__doc__)
    parser.add_argument("--cohorts", type=int, default=10_000)
    parser.add_argument("--seats", type=int, default=1_000_000)
    parser.add_argument("--usages", type=int, default=500_000)
    parser.add_argument("--organizations", type=int, default=200)
    parser.add_argument("--corrected", type=int, default=10, help="percent of the usage that is halved for November")
    parser.add_argument("--dry", action="store_true", help="write no file")
    args = parser.parse_args()
    sizes = {name: value for name, value in vars(args).items() if name != "dry"}
    name = cluster().copy(SERVICE)
    try:
        measured = measure(name, sizes)
    finally:
        with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as connection:
            connection.execute(f'drop database "{name}" with (force)')
    print(json.dumps(measured, indent=2))
    if not args.dry:
        (ROOT / "bench" / "month-end.json").write_text(json.dumps(measured, indent=2) + "\n")
    return 0 if measured["seconds"] <= GOAL_SECONDS else 1


def measure(name: str, sizes: dict[str, int]) -> dict[str, Any]:
    """Fill the database, close October, correct usage of it and close November. CPU is that of this process and of
    its PostgreSQL backends.
    """
    filled = _fill(name, sizes)
    app, _ = application(SERVICE, name, {})
    database = app.extensions["database"]
    october = _close(database, name, "2026-10", "2026-11-03T09:00:00Z")
    again = _close(database, name, "2026-10", "2026-11-03T10:00:00Z")
    _run(name, _CORRECTIONS.format(**sizes))
    november = _close(database, name, "2026-11", "2026-12-03T09:00:00Z")
    database.engine.dispose()
    return {
        **sizes,
        "filled_s": round(filled),
        **october,
        "again_s": again["seconds"],
        "with_corrections": november,
        "load": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
    }


def _close(database: Database, name: str, month: str, at: str) -> dict[str, Any]:
    with time_machine.travel(at, tick=True):
        begun, used, busy = time.monotonic(), _own(), _busy(name)
        done = close_month(database, Month.parse(month), _say)
        seconds, python, postgres = time.monotonic() - begun, _own() - used, _busy(name) - busy
    return {
        "seconds": round(seconds, 1),
        "cpu_python_s": round(python, 1),
        "cpu_postgres_s": round(postgres, 1),
        "statements": done.statements,
        "invoices": sum(row["invoices"] for row in done.totals),
        "credit_notes": sum(row["credit_notes"] for row in done.credited),
    }


def _say(standing: Closing) -> None:
    print(f"{standing.closed} of {standing.organizations}", file=sys.stderr, flush=True)


def _fill(name: str, sizes: dict[str, int]) -> float:
    begun = time.monotonic()
    _run(name, _DATA.format(**sizes))
    return time.monotonic() - begun


def _run(name: str, statements: str) -> None:
    with psycopg.connect(cluster().server.superuser_dsn(name), autocommit=True) as connection:
        connection.execute("set jit = off")
        for statement in statements.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        connection.execute("vacuum analyze")


def _own() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _busy(name: str) -> float:
    """Seconds on a processor of the backends that serve this database, so far."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in _backends(name)) / 1e9


def _backends(name: str) -> Iterator[int]:
    with psycopg.connect(cluster().server.superuser_dsn(name), autocommit=True) as connection:
        found = connection.execute(
            "select pid from pg_stat_activity where datname = %s and pid <> pg_backend_pid() "
            "and backend_type = 'client backend'",
            (name,),
        )
        yield from [pid for (pid,) in found]


if __name__ == "__main__":
    sys.exit(main())
