"""What asking the gateway of every request costs the edge: ``python -m bench.edge`` prints a table and writes JSON.

One nginx answers at two ports with the same services behind both: at one it only forwards, at the other it is our edge.
Both speak plain HTTP, so that TLS, which costs both the same, does not hide the difference.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from bench.edge.decision import decision
from bench.edge.load import Load, Measured
from bench.edge.parts import Parts, versions

SLOW_SECONDS = 0.02
CONNECTIONS, SLOW_CONNECTIONS = 32, 128
FAST, SLOW = "/api/v1/programs/cohorts/", "/api/v1/billing/invoices/"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.edge")
    parser.add_argument("--seconds", type=int, default=5, help="of load for each count (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="counts of each figure; the best is told (%(default)s)")
    parser.add_argument("--output", type=Path, help="where to write the JSON")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-edge-") as folder:
        Path(folder).chmod(0o777)  # nginx's workers may be another user's
        found = measure(Path(folder), args.seconds, args.rounds)
    print(json.dumps(found, indent=2))
    if args.output:
        args.output.write_text(json.dumps(found, indent=2) + "\n")


def measure(folder: Path, seconds: int, rounds: int) -> dict[str, Any]:
    """All figures of one run. CPU is user and system time of all processes of the edge."""
    with Parts(folder, SLOW_SECONDS) as parts:
        load = Load(parts.token, seconds)
        bare: list[Measured] = []
        asked: list[Measured] = []
        load.run(parts.edge + FAST, CONNECTIONS, parts.all_of_the_edge, 1)
        for _ in range(rounds):  # by turns, so that a busy machine is busy for both
            bare.append(load.run(parts.bare + FAST, CONNECTIONS, parts.nginx_alone))
            asked.append(load.run(parts.edge + FAST, CONNECTIONS, parts.all_of_the_edge))
        peers = {
            name: best([load.run(url + FAST, CONNECTIONS, pids) for _ in range(rounds)]).told()
            for name, (url, pids) in parts.peers.items()
        }
        slow = [load.run(parts.edge + SLOW, SLOW_CONNECTIONS, parts.all_of_the_edge) for _ in range(rounds)]
    ideal = SLOW_CONNECTIONS / SLOW_SECONDS
    plain, edge, waited = best(bare), best(asked), max(slow, key=lambda one: one.per_second)
    return {
        "edge": {"goal": "<= 4.5 x the CPU of a bare proxy_pass", "ratio": round(edge.cpu_ms / plain.cpu_ms, 2)}
        | {"bare": plain.told(), "asked": edge.told()},
        "peers": {"goal": "more CPU than the edge, though they check nothing"} | peers,
        "slow upstream": {"goal": ">= 0.8 x the ideal", "ratio": round(waited.per_second / ideal, 2)}
        | {"ideal_per_second": ideal, "found": waited.told()},
        "decision": {"goal": "known <= 8 us, new <= 200 us"} | decision(),
        "cores": os.cpu_count(),
        "versions": versions(),
    }


def best(measured: list[Measured]) -> Measured:
    """The one that cost least: what was more was somebody else's."""
    return min(measured, key=lambda one: one.cpu_ms)


if __name__ == "__main__":
    main()
