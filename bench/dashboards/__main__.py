"""``python -m bench.dashboards [--cohorts N] [--times N]``: prints a table and writes bench/dashboards.json."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import time_machine
from bench.dashboards import ROOT
from bench.dashboards.world import World

from analytics.usecases.dashboard.sponsor import sponsor_page
from analytics.usecases.read_gauges import read_gauges
from chassis.auth import Caller
from chassis.database import SYSTEM

GOAL_MS, GOAL_RATIO = 30.0, 1.3
SIZES = (100_000, 1_000_000)
_YEAR, _DAYS = "from=2026-01-01", "from=2026-10-24&to=2026-11-10"


def _metric(key: str, query: str = "") -> tuple[str, Callable[[World], None]]:
    return f"{key} {query}".strip(), lambda world: world.get(f"/analytics/metrics/{key}/?{query}")


def _sponsor(world: World) -> None:
    from bench.dashboards.world import ORGANIZATION

    caller = Caller(
        user_id=ORGANIZATION, organization_id=ORGANIZATION, organization_kind="sponsor",
        permissions=frozenset({"dashboard.view"}),
    )  # fmt: skip
    with world.database.transaction(ORGANIZATION) as session:
        sponsor_page(session, caller, date(2026, 1, 1), None)


def _gauges(world: World) -> None:
    with world.database.transaction(SYSTEM) as session:
        read_gauges(session)


CALLS: tuple[tuple[str, Callable[[World], None]], ...] = (
    _metric("seat_utilization"), _metric("seat_utilization", "group_by=cohort"),
    _metric("completion_rates"), _metric("completion_rates", _YEAR),
    *(_metric("completion_rates", f"group_by={group}") for group in ("cohort", "course", "school", "grade_level")),
    _metric("completion_rates", f"group_by=school&{_YEAR}"),
    _metric("placement_metrics"), _metric("placement_metrics", "group_by=cohort"),
    _metric("roi_analysis"), _metric("roi_analysis", "group_by=cohort"), _metric("roi_analysis", _YEAR),
    _metric("completion_rates", _DAYS), _metric("roi_analysis", _DAYS),
    ("list of dashboards", lambda world: world.get("/analytics/dashboards")),
    ("sponsor dashboard, all figures of this year", _sponsor),
    ("cohort report", lambda world: world.get(f"/programs/cohorts/{world.cohort}/reports/")),
    ("gauges of a scrape", _gauges),
)  # fmt: skip


def main() -> int:
    """Measure everything, print and write it."""
    parser = argparse.ArgumentParser(prog="python -m bench.dashboards", description=__doc__)
    parser.add_argument("--cohorts", type=int, nargs=2, default=(200, 200), help="of the smaller and the larger")
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES, help="enrolments of the two")
    parser.add_argument("--times", type=int, default=15, help="calls, of which the median counts")
    parser.add_argument("--dry", action="store_true", help="write no file")
    args = parser.parse_args()
    measured: list[dict[str, Any]] = []
    with time_machine.travel("2026-11-22T09:00:00Z", tick=True):
        for size, cohorts in zip(args.sizes, args.cohorts, strict=True):
            measured.append(_measure(size, cohorts, args.times))
    rows = [_row(name, *(each["costs"][name] for each in measured)) for name, _ in CALLS]
    for row in rows:
        print(" | ".join(str(value) for value in row.values()))
    known = {
        "rows": rows,
        "data": [{key: value for key, value in each.items() if key != "costs"} for each in measured],
        "python": sys.version.split()[0],
        "cores": os.cpu_count(),
    }
    if not args.dry:
        name = f"dashboards-{args.cohorts[0]}-{args.cohorts[1]}.json"
        (ROOT / "bench" / name).write_text(json.dumps(known, indent=2) + "\n")
    return 0


def _measure(enrollments: int, cohorts: int, times: int) -> dict[str, Any]:
    world = World(enrollments, cohorts)
    print(f"{enrollments} enrolments in {cohorts} cohorts, filled in {world.seconds:.0f} s: {world.rows}", flush=True)
    costs = {name: world.cost(call, times) for name, call in CALLS}
    world.drop()
    return {
        "enrollments": enrollments,
        "cohorts": cohorts,
        "filled_s": round(world.seconds),
        **world.rows,
        "costs": costs,
    }


def _row(name: str, few: Any, many: Any) -> dict[str, Any]:
    return {
        "what": name,
        "small_ms": round(few.both, 1),
        "large_ms": round(many.both, 1),
        "of_which_postgres_ms": round(many.postgres, 1),
        "ratio": round(many.both / few.both, 2),
        "holds": many.both <= GOAL_MS and many.both <= GOAL_RATIO * few.both,
    }


if __name__ == "__main__":
    sys.exit(main())
