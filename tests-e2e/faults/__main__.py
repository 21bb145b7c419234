"""A run, its figures, rows of README.md: ``python -m faults [--seed N] [--only promises]`` and further options."""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from faults import report
from faults.outage import play_outage
from faults.promises import PROMISES
from faults.run import Options, play
from faults.tally import measure

ROOT = Path(__file__).parents[2]
STEPS = 10_000
"""Of the ledger beside its model."""


def main() -> int:
    """Kill things while events flow, then try the other promises; the status says whether all were kept."""
    args = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or else we would leave everything running
    kept = args.only == "promises" or _events(args)
    if args.only != "events" and not args.outage and not args.sabotage:
        kept = _promises(args) and kept
    return 0 if kept else 1


def _promises(args: argparse.Namespace) -> bool:
    os.environ |= {"FAULTS_ROUNDS": str(args.rounds), "FAULTS_STEPS": str(STEPS)}
    found = measure(PROMISES, ROOT, args.seed, workers=2)
    print(report.promises_table(found))
    holds = all(one.holds for one in found)
    if holds and not args.dry:
        report.record_promises(found, args.seed)
    return holds


def _events(args: argparse.Namespace) -> bool:
    folder = Path(tempfile.mkdtemp(prefix="ufadhili-faults-"))
    folder.chmod(0o711)  # PostgreSQL runs as another user when we are root
    holds = _outage(args, folder) if args.outage else _kill(args, folder)
    if holds:
        shutil.rmtree(folder)
    else:
        print(f"the logs of all processes are in {folder}")
    return holds


def _outage(args: argparse.Namespace, folder: Path) -> bool:
    seen = play_outage(args.outage, folder)
    print(seen)
    if not args.dry:
        report.record_outage(seen)
    return seen.holds


def _kill(args: argparse.Namespace, folder: Path) -> bool:
    options = Options(args.transport, args.events, args.kills, args.seed, args.rate, args.subjects, args.sabotage)
    print(f"seed {options.seed}: {options.events} events over {options.events / options.rate:.0f} s")
    print("\n".join(map(str, options.plan())), flush=True)
    result = play(options, folder)
    print(report.table(result))
    if not args.sabotage and not args.dry:
        report.record(result)
    return result.holds


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=10, help="kill -9; two cuts or stops come with every five")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="the same victims and moments")  # noqa: S311
    parser.add_argument("--transport", choices=("amqp", "http"), default="amqp")
    parser.add_argument("--rate", type=float, default=80, help="events a second")
    parser.add_argument("--subjects", type=int, default=50)
    parser.add_argument("--sabotage", choices=("dedup", "settle"), default="", help="break a promise, see it noticed")
    parser.add_argument("--outage", type=float, metavar="SECONDS", help="instead: the broker stays down so long")
    parser.add_argument("--only", choices=("events", "promises"), help="one half of a whole run")
    parser.add_argument("--rounds", type=int, default=1000, help="last seats that 64 want at once (promises)")
    parser.add_argument("--dry", action="store_true", help="leave README.md as it is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
