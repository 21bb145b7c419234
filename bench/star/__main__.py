"""``python -m bench.star [--kill] [--addresses] [--dry]``: prints a table and writes bench/star.json.

Times are from sending the zip: until the import is done, and until the academy's dashboards show every enrolment and
every completion. ``--kill`` kills programs' process in the middle of the results; the supervisor starts it again.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.star import ROOT
from bench.star.watch import Watch
from world.system import System

from star.account import Account
from star.acts.academy import find_courses, sign_up_academy
from star.acts.roster import IMPORTS, roster_zip
from star.client import Client
from star.data import COURSES, read_rows
from star.run import Run

GOAL_SECONDS, LIMIT_SECONDS, LIMIT_MEGABYTES = 60, 120, 500
SETTINGS = {"ORGANIZATION_LIMIT": "1000000/minute"}
RATES = "/api/v1/analytics/metrics/completion_rates/"
_KILL_AT = 0.75
"""Of the rows: the results have begun then."""


def main() -> int:
    """Measure, print, write; 0 when the figures are the CSV's."""
    parser = argparse.ArgumentParser(prog="python -m bench.star", description=__doc__)
    parser.add_argument("--kill", action="store_true", help="kill programs in the middle of the import")
    parser.add_argument(
        "--addresses", action="store_true", help="with an address for each second student: 5,800 letters"
    )
    parser.add_argument("--dry", action="store_true", help="write no file")
    args = parser.parse_args()
    measured = {
        "killed": args.kill,
        "load_before": round(os.getloadavg()[0], 1),
        **_measure(kill=args.kill, addresses=args.addresses),
    }
    known = {**measured, "python": sys.version.split()[0], "cores": os.cpu_count()}
    _print(known)
    if not args.dry:
        path = ROOT / "bench" / ("star-killed.json" if args.kill else "star.json")
        path.write_text(json.dumps(known, indent=2) + "\n")
    return 0 if known["right"] else 1


def _measure(*, kill: bool, addresses: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="star-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        for each in (home, home.parent):
            each.chmod(0o711)  # PostgreSQL runs as another user when we are root
        system = System(home, **SETTINGS)
        system.start()
        try:
            return _import(system, kill=kill, addresses=addresses)
        finally:
            system.stop()


def _import(system: System, *, kill: bool, addresses: bool) -> dict[str, Any]:
    run = Run.new(system.url, 0)
    account = sign_up_academy(Client(system.url), run)
    content = roster_zip(run.id, None, None if addresses else [])
    with Watch(system) as watch:
        begun = time.monotonic()
        sent = account.upload(IMPORTS, content, "import")
        found, imported = _until(account, sent["id"], begun, system if kill else None)
        expected = _expected()
        dashboards = _wait(lambda: _told(account) == expected, begun, LIMIT_SECONDS * 5)
        letters = len(list(system.mail.glob("*.eml")))
        costs = watch.costs()
    return {
        "seconds": {"import": imported, "dashboards": dashboards},
        "zip_bytes": len(content),
        "rows": found["rows"],
        "refused": found["errors"],
        "right": _told(account) == expected,
        "letters_by_then": letters,
        "processes": costs,
    }


def _until(account: Account, id: str, begun: float, victim: System | None) -> tuple[Any, float]:
    """The import once it is done, and when that was; ``victim`` loses its programs on the way."""
    while True:
        found = account.get(f"{IMPORTS}{id}/")
        if victim and found["rows"] and found["read"] >= _KILL_AT * found["rows"]:
            victim.kill("programs")
            victim = None
        if found["state"] in ("done", "failed"):
            return found, round(time.monotonic() - begun, 1)
        time.sleep(0.25)  # it is followed over HTTP; seldom, so that looking costs little


def _told(account: Account) -> Counter[str]:
    """Enrolled in and completed of each course, as the dashboards tell."""
    metric = account.get(RATES, group_by="course")
    courses = {id: course for course, id in find_courses(account).items()}
    told: Counter[str] = Counter()
    for cell in metric["breakdown"]:
        told[f"{courses[cell['group']]} enrolled"] = cell["denominator"]
        told[f"{courses[cell['group']]} completed"] = cell["numerator"]
    told["completed enrolments"] = metric["numbers"]["completed"]
    return told


def _expected() -> Counter[str]:
    told: Counter[str] = Counter()
    for row in read_rows():
        for course in COURSES:
            if course in row.scores:
                scored = row.scores[course] is not None
                told[f"{course} enrolled"] += 1
                told[f"{course} completed"] += scored
                told["completed enrolments"] += scored
    return told


def _wait(look: Callable[[], bool], begun: float, seconds: float) -> float | None:
    while time.monotonic() - begun < seconds:
        if look():
            return round(time.monotonic() - begun, 1)
        time.sleep(0.5)  # another process gets there; there is nothing to be woken by
    return None


def _print(known: dict[str, Any]) -> None:
    seconds = known["seconds"]
    print(
        f"{known['rows']:,} rows in {known['zip_bytes']:,} bytes, {known['refused']} refused, killed: {known['killed']}"
    )
    print(f"import done after {seconds['import']} s, dashboards after {seconds['dashboards']} s ", end="")
    print(f"(goal {GOAL_SECONDS}, limit {LIMIT_SECONDS}); figures are the CSV's: {known['right']}")
    print(f"letters written by then: {known['letters_by_then']:,}; load before: {known['load_before']}")
    for name, cost in known["processes"].items():
        print(
            f"{name:24} {cost['megabytes']:7.0f} MB at most (limit {LIMIT_MEGABYTES}) {cost['cpu_seconds']:7.1f} s CPU"
        )


if __name__ == "__main__":
    sys.exit(main())
