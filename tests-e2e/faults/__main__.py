"""A run, its figures, a row of README.md: ``python -m faults [--seed N] [--outage SECONDS]`` and further options."""

import argparse
import random
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from faults import report
from faults.outage import play_outage
from faults.run import Options, play


def main() -> int:
    """Play one run, print it, write its row; the status says whether the promise was kept."""
    args = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or else we would leave everything running
    folder = Path(tempfile.mkdtemp(prefix="ufadhili-faults-"))
    folder.chmod(0o711)  # PostgreSQL runs as another user when we are root
    holds = _outage(args, folder) if args.outage else _kill(args, folder)
    if holds:
        shutil.rmtree(folder)
    else:
        print(f"the logs of all processes are in {folder}")
    return 0 if holds else 1


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
    parser.add_argument("--dry", action="store_true", help="leave README.md as it is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
