"""``python -m billing events …``: see what is stuck, let it try again, set it aside, or send it once more."""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from chassis import debts, inbox, outbox
from chassis.database import SYSTEM, Database
from contracts.subscriptions import SERVICES

_LIST = text("""
select id, state, attempts, type, source, subject, date_trunc('second', now() - received_at) as age, error,
    (select count(*) from inbox as later where later.source = inbox.source and later.subject = inbox.subject
        and later.position > inbox.position and later.state = 'pending') as held_up
from inbox where attempts > 0 and state in ('pending', 'dead')
order by state, sequence limit :limit
""")
_SHOW = text("""
select id, state, type, source, subject, organization_id, position, occurred_at, received_at, attempts,
    next_attempt_at, waiting_since, handled_at, traceparent, error, data
from inbox where id = :id
""")


_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def add_arguments(parser: argparse.ArgumentParser, service: str) -> None:
    """Declare ``list``, ``show``, ``replay``, ``skip``, ``resend`` and ``lag`` of a service."""
    parser.set_defaults(service=service)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="events given up (dead) or failing (pending), with what they hold up")
    listing.add_argument("--limit", type=int, default=100, help="how many at most (100)")
    show = actions.add_parser("show", help="one event of the inbox")
    show.add_argument("id", type=UUID)
    show.add_argument("--data", action="store_true", help="its data too, which may name people")
    replay = actions.add_parser("replay", help="give an event a fresh set of attempts, at once")
    which = replay.add_mutually_exclusive_group(required=True)
    which.add_argument("id", type=UUID, nargs="?")
    which.add_argument("--all", action="store_true", help="every event that failed")
    skip = actions.add_parser("skip", help="set an event aside unhandled for good; its subject goes on")
    skip.add_argument("id", type=UUID)
    skip.add_argument("--reason", required=True, help="why, for whoever looks later")
    resend = actions.add_parser("resend", help="deliver again what was published: after a broker was lost, say")
    resend.add_argument(
        "--since", type=_duration, required=True, metavar="AGE", help="how far back: 90s, 30m, 1h, 7d (kept: 7 days)"
    )
    resend.add_argument("--to", choices=SERVICES, metavar="SERVICE", help="to this subscriber only, not to all")
    actions.add_parser("lag", help="what is owed to subscribers and what waits to be handled")


def run(database: Database, arguments: argparse.Namespace) -> int:
    """Do what the arguments ask. Returns the exit status: 0, or 1 with a sentence on standard error."""
    try:
        with database.transaction(SYSTEM) as session:
            return _ACTIONS[arguments.action](session, arguments)
    except DBAPIError as error:
        return _complain(
            f"The database refused or does not answer ({type(error.orig).__name__}). Is it up and migrated?"
        )


def _list(session: Session, arguments: argparse.Namespace) -> int:
    rows = session.execute(_LIST, {"limit": arguments.limit}).all()
    if not rows:
        _say("No event has failed.")
        return 0
    _table(("id", "state", "attempts", "type", "subject", "age", "holds up", "error"), map(_listed, rows))
    _say("\n`events show ID` tells more, `events replay ID` tries again, `events skip ID --reason …` sets it aside.")
    return 0


def _listed(row: Row[Any]) -> Sequence[object]:
    return row.id, row.state, row.attempts, row.type, row.subject, row.age, row.held_up, row.error


def _show(session: Session, arguments: argparse.Namespace) -> int:
    row = session.execute(_SHOW, {"id": arguments.id}).one_or_none()
    if row is None:
        return _complain(f"The inbox has no event {arguments.id}. `events list` shows those that failed.")
    facts = row._asdict()
    data = facts.pop("data")
    for name, value in facts.items():
        if value is not None:
            _say(f"{name:<16} {value}")
    if arguments.data:
        _say(json.dumps(data, indent=2, ensure_ascii=False))
    return 0


def _replay(session: Session, arguments: argparse.Namespace) -> int:
    count = inbox.replay(session, arguments.id)
    if count == 0 and not arguments.all:
        return _complain(
            f"Event {arguments.id} has not failed or is not in the inbox. `events list` shows those that did."
        )
    _say(f"{_events(count)} will be tried again now.")
    return 0


def _skip(session: Session, arguments: argparse.Namespace) -> int:
    if not inbox.skip(session, arguments.id, arguments.reason):
        return _complain(f"Event {arguments.id} is already handled or skipped, or not in the inbox.")
    _say("Skipped. The later events of its subject go on.")
    return 0


def _resend(session: Session, arguments: argparse.Namespace) -> int:
    count = debts.owe_again(session, arguments.service, arguments.since, arguments.to)
    _say(f"{_events(count)} will be delivered again now. Whoever has them already will not notice.")
    return 0


def _duration(given: str) -> timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", given)
    if found is None:
        raise argparse.ArgumentTypeError(f"{given} is no age: write 90s, 30m, 1h or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _lag(session: Session, _: argparse.Namespace) -> int:
    owed = outbox.lag(session)
    pending, age, dead = inbox.lag(session)
    _table(
        ("what", "events", "oldest (s)"),
        [
            *((f"owed to {name}", count, f"{oldest:.1f}") for name, (count, oldest) in owed.items()),
            ("inbox, pending", pending, f"{age:.1f}"),
            ("inbox, dead", dead, ""),
        ],
    )
    return 0


_ACTIONS: dict[str, Callable[[Session, argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "replay": _replay,
    "skip": _skip,
    "resend": _resend,
    "lag": _lag,
}


def _events(count: int) -> str:
    return f"{count} event{'' if count == 1 else 's'}"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    cells = [header, *([str(value) if value is not None else "" for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    for row in cells:
        _say("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _complain(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1
