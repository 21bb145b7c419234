"""What becomes of an event that could not be handled: how long it waits, when it is given up, what is noted.

Nothing noted or logged holds any of the payload: messages of foreign exceptions are left out, since they
quote the values they stumbled on.
"""

import traceback
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from prometheus_client import Counter
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import Session

from chassis.backoff import full_jitter
from chassis.envelope import UnknownEvent
from chassis.errors import Refusal
from chassis.handling import Unhandled
from contracts.event import REGISTRY

ATTEMPTS = 12
"""Failed attempts after which an event is dead: with the pauses between, after a quarter of an hour or so."""

PATIENCE = 3600.0
"""Seconds an event waits, for its parent or for a version of us that knows it, before it is dead."""

ERROR_LENGTH = 500

FAILED = Counter(
    "events_failed",
    "Attempts to handle an event that failed, by what becomes of it: retry, wait or dead.",
    ["type", "outcome"],
)

log = structlog.get_logger()

_RECORD = text("""
update inbox set state = :state, attempts = :attempts, error = :error,
    next_attempt_at = clock_timestamp() + make_interval(secs => :delay),
    waiting_since = case when :waiting then coalesce(waiting_since, clock_timestamp()) end
where sequence = :sequence and state = 'pending'
""")


class NotYet(Exception):
    """Raised by a handler whose event refers to something that has not arrived: to be tried again soon.

    The message may name the kind of thing awaited, never a person.
    """


@dataclass(frozen=True)
class Verdict:
    """What becomes of a row that failed."""

    state: str
    attempts: int
    delay: float
    error: str
    waiting: bool


def judge(row: Row[Any], error: Exception) -> Verdict:
    """Decide on a row that failed alone: attempts of one kind (failing, waiting) in a row count together."""
    # In a rolling upgrade a newer version is on its way that knows the type, or has a handler for it.
    waiting = isinstance(error, (NotYet, UnknownEvent, Unhandled))
    attempts = row.attempts + 1 if waiting == (row.waited is not None) else 1
    if waiting:
        delay = full_jitter(attempts, base=0.25, cap=30, least=0.1)
        dead = (row.waited or 0) > PATIENCE
    else:
        delay = full_jitter(attempts, base=1, cap=600, least=0.25)
        dead = attempts >= ATTEMPTS or isinstance(error, msgspec.ValidationError)
    return Verdict("dead" if dead else "pending", attempts, delay, describe(error), waiting)


def record(session: Session, row: Row[Any], verdict: Verdict) -> None:
    """Write the verdict down and log it."""
    values = {"sequence": row.sequence, "state": verdict.state, "attempts": verdict.attempts}
    values |= {"error": verdict.error, "delay": verdict.delay, "waiting": verdict.waiting}
    session.execute(_RECORD, values)
    FAILED.labels(_known(row.type), "dead" if verdict.state == "dead" else "wait" if verdict.waiting else "retry").inc()
    level = log.error if verdict.state == "dead" else log.info if verdict.waiting else log.warning
    level(
        "event dead" if verdict.state == "dead" else "event waits" if verdict.waiting else "event failed",
        event_id=str(row.id),
        type=row.type,
        subject=row.subject,
        attempts=verdict.attempts,
        error=verdict.error,
    )


def _known(name: str) -> str:
    """The type as a label: what is in no contract could be any number of words."""
    return name if name in REGISTRY else "unknown"


def describe(error: Exception) -> str:
    """The error in words that hold nothing of the payload: what it was, what is safe to quote, and where."""
    if isinstance(error, (UnknownEvent, Unhandled)):
        return str(error)[:ERROR_LENGTH]
    if isinstance(error, Refusal):
        said = f"{type(error).__name__} ({error.code})"
    elif isinstance(error, DBAPIError):
        said = f"{type(error).__name__}: {_primary(error)}"
    elif isinstance(error, (NotYet, msgspec.ValidationError)) and str(error):
        said = f"{type(error).__name__}: {error}"
    else:
        said = type(error).__name__
    return f"{said} at {_where(error)}"[:ERROR_LENGTH]


def interrupted(error: Exception) -> bool:
    """Whether the database went away, which is no fault of the event's."""
    return isinstance(error, TimeoutError) or (isinstance(error, DBAPIError) and error.connection_invalidated)


def _primary(error: DBAPIError) -> str:
    """The server's own first line: it names constraints and columns; only its detail would quote values."""
    diagnostic = getattr(error.orig, "diag", None)
    name = getattr(diagnostic, "constraint_name", None) or getattr(diagnostic, "sqlstate", None)
    return str(name or type(error.orig).__name__)


def _where(error: Exception) -> str:
    trace = traceback.extract_tb(error.__traceback__)
    frames = [f for f in trace if f.filename.startswith("/") and "site-packages" not in f.filename]
    return f"{'/'.join(frames[-1].filename.split('/')[-3:])}:{frames[-1].lineno}" if frames else "commit"
