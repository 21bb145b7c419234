"""The processor handles what the inbox holds: in order per subject, each event's effect exactly once.

A batch is one transaction: effects, inbox marks and new outbox rows commit together or not at all. It holds
an advisory lock, so that of any number of processors one works at a time. When something in a batch fails,
the batch is split until the row to blame stands alone; that row and its subject wait, while others go on.
"""

import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from chassis.backoff import persist
from chassis.database import SYSTEM, Database
from chassis.failures import NotYet, interrupted, judge, record
from chassis.handling import Dispatcher, Handler, check_consumers, count, is_many, many
from chassis.inbox import LOCK
from chassis.listener import Listener
from contracts.event import Event

BATCH = 500
POLL = 1.0
"""Seconds after which the processor looks, even if no notification came."""

_LOCK = text(LOCK)

# The first rows that are due and whose subject is not parked, and before them every open row of the same
# subject with an earlier position, which may have arrived later. ``turn`` puts a row behind all its elders.
_CLAIM = text("""
with parked as (
    select source, subject, min(position) as position from inbox
    where attempts > 0 and state in ('pending', 'dead')
        and (state = 'dead' or next_attempt_at > clock_timestamp())
    group by source, subject
), head as (
    select source, subject, max(position) as position from (
        select source, subject, position from inbox as row
        where state = 'pending' and not exists (
            select from parked
            where parked.source = row.source and parked.subject = row.subject
                and parked.position <= row.position
        )
        order by sequence limit :size
    ) as first group by source, subject
)
select sequence, id, type, inbox.source, inbox.subject, data, traceparent, tracestate, occurred_at, attempts,
    extract(epoch from clock_timestamp() - waiting_since) as waited,
    max(sequence) over (partition by inbox.source, inbox.subject order by inbox.position) as turn
from inbox join head on inbox.source = head.source and inbox.subject = head.subject
where state = 'pending' and inbox.position <= head.position
order by turn, inbox.position limit :size
""")
_DONE = text("""
update inbox set state = 'done', handled_at = clock_timestamp(), error = null where sequence = any(:sequences)
""")
_NUDGE = text("""
update inbox set next_attempt_at = clock_timestamp() where sequence in (
    select sequence from inbox
    where attempts > 0 and state in ('pending', 'dead') and state = 'pending'
        and waiting_since is not null and next_attempt_at > clock_timestamp() and type = any(:handled)
    order by sequence limit 100
) returning 1
""")


class Processor:
    """Hands the inbox's events to the consumers of ``service``.

    ``consumers`` maps an event class to ``handler(session, event)``, or to one decorated with ``@many`` which
    takes a list. Raises ValueError when they are not what the service subscribes to, unless not ``strict``.
    """

    def __init__(
        self,
        database: Database,
        service: str,
        consumers: Mapping[type[Event], Handler],
        *,
        strict: bool = True,
    ) -> None:
        if strict:
            check_consumers(service, consumers)
        self._database = database
        self._dispatcher = Dispatcher(service, consumers)
        self._sizes: deque[int] = deque()
        self._retry_at = float("inf")
        self._progress = True  # of a newer version, perhaps: what waited for one is tried at once
        self._nudge_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Handle events until ``stop`` is set and the batch in hand is done; reconnect when needed."""
        persist("processor", stop, lambda: self._listen(stop))

    def drain(self) -> int:
        """Handle all that is due and return how many events were handled."""
        self._nudge_at = 0.0
        return self._drain(threading.Event())

    def _listen(self, stop: threading.Event) -> None:
        with Listener(self._database) as listener:
            listener.listen("inbox")
            while not stop.is_set():
                self._drain(stop)
                listener.wait(min(POLL, max(0.01, self._retry_at - time.monotonic())), stop)

    def _drain(self, stop: threading.Event) -> int:
        if self._retry_at <= time.monotonic():
            self._retry_at = float("inf")
        handled, more = 0, True
        while not stop.is_set() and (more or self._nudge()):
            size = self._sizes.popleft() if self._sizes else BATCH
            claimed, done = self._work(size)
            handled += done
            self._progress |= done > 0
            # A batch that was not full took all there was; what came since has sent a notification.
            more = claimed == size or bool(self._sizes)
        return handled

    def _work(self, size: int) -> tuple[int, int]:
        """One transaction. Returns how many rows were taken and how many of them were handled."""
        rows: Sequence[Row[Any]] = ()
        blamed = range(0)
        try:
            with self._database.transaction(SYSTEM) as session:
                rows = _claim(session, size)
                if not rows:
                    return 0, 0
                for blamed in self._dispatcher.calls(rows):
                    self._dispatcher.call(session, rows[blamed.start : blamed.stop])
                blamed = range(len(rows))
                session.execute(_DONE, {"sequences": [row.sequence for row in rows]})
        except Exception as error:
            if not rows or interrupted(error):
                raise
            self._stumble(rows, blamed, error)
            return len(rows), 0
        count(rows)
        return len(rows), len(rows)

    def _stumble(self, rows: Sequence[Row[Any]], blamed: range, error: Exception) -> None:
        """Take the rows before the ones to blame as a batch of their own, those to blame one at a time."""
        if len(rows) > 1:
            self._sizes.extendleft([1] * len(blamed))
            if blamed.start:
                self._sizes.appendleft(blamed.start)
            return
        verdict = judge(rows[0], error)
        with self._database.transaction(SYSTEM) as session:
            record(session, rows[0], verdict)
        self._retry_at = min(self._retry_at, time.monotonic() + verdict.delay)

    def _nudge(self) -> bool:
        """After progress, at most once a second: let events that wait for a parent try again at once."""
        if not self._progress or time.monotonic() < self._nudge_at:
            return False
        self._progress, self._nudge_at = False, time.monotonic() + 1
        with self._database.transaction(SYSTEM) as session:
            return bool(session.execute(_NUDGE, {"handled": self._dispatcher.types}).all())


def _claim(session: Session, size: int) -> Sequence[Row[Any]]:
    if not session.scalar(_LOCK):
        return ()
    return session.execute(_CLAIM, {"size": size}).all()


__all__ = ["BATCH", "Handler", "NotYet", "Processor", "is_many", "many"]
