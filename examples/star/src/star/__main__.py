"""`python -m star demo`: a sponsor funds whole schools of Project STAR, and sees what came of it."""

import argparse
import os
import sys
from pathlib import Path

from star.demo import RUN_FILE, Demo, Options
from star.errors import Stopped
from star.run import Run

_LAST = Path("-")
_MOST_SCHOOLS = 20
"""Enough to show, few enough for the patience of who watches."""


def main() -> int:
    """Run what the command line asks for; 0 when every figure is right, 1 when one differs or something stops it."""
    given = _parser().parse_args()
    out = given.out or _out()
    try:
        run = _run(given, out / RUN_FILE)
        right = Demo(run, Options(out, given.mail or _home() / "mail", given.json)).play()
    except Stopped as stopped:
        print(f"\n{stopped}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. `python -m star demo --resume` takes it up again.", file=sys.stderr)
        return 130
    return 0 if right else 1


def _run(given: argparse.Namespace, kept: Path) -> Run:
    if given.resume is not None:
        return Run.read(kept if given.resume == _LAST else given.resume)
    return Run.new(given.base_url or f"http://localhost:{os.environ.get('PORT') or 8000}", given.schools)


def _out() -> Path:
    home = _home()
    return (home if os.access(home, os.W_OK) else Path("var").resolve()) / "demo"


def _home() -> Path:
    """Where the system that runs on this machine keeps what it has (as `make up` chooses it)."""
    default = "/var/lib/ufadhili" if os.geteuid() == 0 else "var"
    return Path(os.environ.get("UFADHILI_HOME") or default).resolve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m star", description=__doc__)
    demo = parser.add_subparsers(required=True, metavar="demo").add_parser("demo", help="play the whole story")
    demo.add_argument("--base-url", help="the gateway (default: http://localhost:$PORT, PORT default 8000)")
    demo.add_argument("--schools", type=_count, default=3, help="how many schools (default: 3)")
    demo.add_argument("--out", type=Path, help="folder for the PDFs and the run (default: $UFADHILI_HOME/demo)")
    demo.add_argument("--mail", type=Path, help="the local mailbox (default: $UFADHILI_HOME/mail)")
    demo.add_argument("--json", type=Path, help="also write the figures to this file")
    demo.add_argument("--resume", type=Path, nargs="?", const=_LAST, help="go on with the last run, or that of a file")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_SCHOOLS:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {_MOST_SCHOOLS}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
