"""``python -m bench.events [--events N] [--seconds N]``: prints a table and writes bench/events.json."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import msgspec
from bench.events import ROOT
from bench.events.measure import EACH, Peer, Run, note_commit_times, paced, peer, throughput
from faults import report
from faults.stage import Stage
from faults.toys import DAY, event_of

from chassis.envelope import Envelope, encode, to_json
from chassis.ids import new_id

ROUNDS = 3
RATE = 300
GOAL = 0.6
COLUMNS = ("what", "figure", "unit", "peer", "ratio", "goal", "holds")


def main() -> int:
    """Measure everything, print and write it."""
    args = _arguments()
    load = round(os.getloadavg()[0], 1)
    rows = [row for transport, handler in args.what for row in _measure(transport, handler, args)]
    known = {
        "rows": rows,
        "events": args.events,
        "events_a_transaction": EACH,
        "message_bytes": message_bytes(),
        "versions": {"python": sys.version.split()[0], "on": report.versions("amqp")},
        "cores": os.cpu_count(),
        "load_average_before": load,
    }
    for row in rows:
        print(" | ".join(str(row.get(name, "")) for name in COLUMNS))
        print("    CPU, ms an event:", row["cpu_ms_an_event"], "raw:", row.get("peer_cpu_ms_a_message", ""))
    if not args.dry:
        (ROOT / "bench" / "events.json").write_text(json.dumps(known, indent=2) + "\n")
    return 0


def message_bytes() -> int:
    """How long a message is, envelope and all."""
    event = event_of(1, UUID(int=1001), 123)
    envelope = Envelope(
        id=new_id(),
        source="/ufadhili/programs",
        specversion="1.0",
        type=event.type,
        subject=event.subject,
        time=DAY,
        datacontenttype="application/json",
        position="123456",
        data=msgspec.Raw(encode(event)),
        organization=event.organization_id,
    )
    return len(to_json([envelope])) - 2


def _measure(transport: str, handler: str, args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    with _stage(transport, handler) as stage:
        throughput(stage, 0, 2 * EACH * 10)  # until everything has connected and warmed up
        first, ours, peers = 2 * EACH * 10, [], []
        for _ in range(ROUNDS):
            ours.append(throughput(stage, first, args.events))
            first += args.events
            if transport == "amqp":
                peers.append(peer(stage, args.events, message_bytes()))
        yield _rate_row(transport, handler, ours, peers)
        if handler == "one":
            events = args.seconds * RATE
            yield from _latency_rows(transport, paced(stage, first, events, RATE))


def _rate_row(transport: str, handler: str, ours: list[Run], peers: list[Peer]) -> dict[str, Any]:
    figure = median(run.rate for run in ours)
    row: dict[str, Any] = {
        "what": f"events over {transport}, handled {'one at a time' if handler == 'one' else 'a batch at a time'}",
        "figure": round(figure),
        "unit": "events/s",
        "rounds": [round(run.rate) for run in ours],
        "cpu_ms_an_event": _cpu(ours[-1]),
    }
    if peers:
        raw = median(each.rate for each in peers)
        ratio = figure / raw
        row |= {"peer": round(raw), "peer_rounds": [round(each.rate) for each in peers], "ratio": round(ratio, 2)}
        row |= {"peer_cpu_ms_a_message": round(median(each.cpu for each in peers), 3)}
        row |= {"goal": "0.6 x raw pika", "holds": ratio >= GOAL}
    return row


def _latency_rows(transport: str, run: Run) -> Iterator[dict[str, Any]]:
    for share, goal in ((0.5, 10), (0.99, 30)):
        figure = run.latency(share)
        yield {
            "what": f"commit to handled over {transport}, {RATE}/s, p{share * 100:.0f}",
            "figure": round(figure, 1),
            "unit": "ms",
            "goal": f"{goal} ms",
            "holds": figure <= goal,
            "cpu_ms_an_event": _cpu(run),
        }


def _cpu(run: Run) -> dict[str, float]:
    spent = {name: round(1000 * seconds / len(run.handled), 3) for name, seconds in run.cpu.items() if seconds}
    return spent | {"all": round(sum(spent.values()), 3)}


@contextmanager
def _stage(transport: str, handler: str) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="ufadhili-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        stage = Stage(Path(folder), transport, workers=1, proxied=False, extra={"FAULTS_HANDLER": handler})
        try:
            note_commit_times(stage)
            stage.start()
            yield stage
        finally:
            stage.end()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.events", description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="events a round of throughput")
    parser.add_argument("--seconds", type=int, default=20, help="of writing at a steady rate, for latency")
    parser.add_argument("--only", choices=("amqp", "http"), help="one transport")
    parser.add_argument("--dry", action="store_true", help="write no file")
    args = parser.parse_args()
    every = (("amqp", "many"), ("amqp", "one"), ("http", "many"), ("http", "one"))
    args.what = [each for each in every if args.only in {None, each[0]}]
    return args


if __name__ == "__main__":
    sys.exit(main())
