"""`python -m star demo`: all of Project STAR arrives, a sponsor funds whole schools and sees what came of it."""

import argparse
import os
import sys
from pathlib import Path

from star.demo import RUN_FILE, Demo, Options
from star.errors import Refused, Stopped
from star.run import Run, open_run

_LAST = Path("-")
_MOST_SCHOOLS = 20
"""Enough to show, few enough for the patience of who watches."""


def main() -> int:
    """Run what the command line asks for; 0 when every figure is right, 1 when one differs or something stops it."""
    parser = _parser()
    given = parser.parse_args()
    if given.imported and given.imported < given.schools:
        parser.error("the sponsor cannot fund more schools than the academy imports")
    out = given.out or _out()
    try:
        right = _play(given, out / RUN_FILE, Options(out, given.mail or _home() / "mail", given.json))
    except Stopped as stopped:
        print(f"\n{stopped}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. `make demo` takes it up again.", file=sys.stderr)
        return 130
    return 0 if right else 1


def _play(given: argparse.Namespace, kept: Path, options: Options) -> bool:
    """Play a new run, go on with the one that was kept, or look at it when it came to its end."""
    if given.resume is not None:
        return Demo(Run.read(kept if given.resume == _LAST else given.resume), options).play()
    new = Run.new(given.base_url or f"http://localhost:{os.environ.get('PORT') or 8000}", given.schools, given.imported)
    run = new if given.new else open_run(new, kept)
    if run.finished:
        try:
            return Demo(run, options).look()
        except Refused:
            run = new  # its data are gone, or it was played on another system
    return Demo(run, options).play()


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
    demo.add_argument("--schools", type=_count, default=3, help="how many schools the sponsor funds (default: 3)")
    demo.add_argument("--imported", type=_count, help="how many schools the academy imports (default: all 80)")
    demo.add_argument("--out", type=Path, help="folder for the PDFs and the run (default: $UFADHILI_HOME/demo)")
    demo.add_argument("--mail", type=Path, help="the local mailbox (default: $UFADHILI_HOME/mail)")
    demo.add_argument("--json", type=Path, help="also write the figures to this file")
    demo.add_argument("--new", action="store_true", help="play a new run, whatever was played before")
    demo.add_argument("--resume", type=Path, nargs="?", const=_LAST, help="go on with the last run, or that of a file")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_SCHOOLS:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {_MOST_SCHOOLS}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
