"""The relay pays the outbox's debts: to each subscriber in order of position, in batches, until acknowledged.

One relay per service works at a time (an advisory lock), with a thread per subscriber, so that who is slow or
down holds up nobody else. After a crash a batch may be sent twice; the inbox makes that harmless.
"""

import threading
from collections.abc import Iterable, Sequence
from typing import Protocol

import structlog
from sqlalchemy import text

from chassis.backoff import full_jitter, persist
from chassis.database import SYSTEM, Database
from chassis.envelope import Envelope, from_row
from chassis.listener import Listener
from chassis.outbox import destinations
from contracts.event import REGISTRY

BATCH = 500
BATCH_BYTES = 4_000_000
"""A batch is at most so many events; it takes one more while it has fewer than so many bytes of data."""

POLL = 1.0
"""Seconds after which the relay looks, even if no notification came."""

log = structlog.get_logger()

_NEXT = text("""
select * from (
    select *, sum(octet_length(data)) over (order by position) - octet_length(data) as bytes_before from (
        select position, id, type, subject, organization_id, cast(data as text), traceparent, occurred_at
        from outbox join (
            select position from outbox_deliveries
            where subscriber = :subscriber order by position limit :batch
        ) as debt using (position)
    ) as owed
) as batch
where bytes_before < :bytes order by position
""")
_SETTLE = text("delete from outbox_deliveries where subscriber = :subscriber and position = any(:positions)")
_OWED = text("select distinct subscriber from outbox_deliveries")
_OWED_OF = text("""
select name from unnest(cast(:names as text[])) as name
where exists (select from outbox_deliveries where subscriber = name)
""")


class Transport(Protocol):
    """What carries a batch to a subscriber."""

    def send(self, subscriber: str, batch: Sequence[Envelope]) -> None:
        """Deliver the batch durably and return, or raise: then nothing counts as delivered."""


class Relay:
    """Sends what ``service`` owes."""

    def __init__(self, database: Database, service: str, transport: Transport) -> None:
        self._database = database
        self._service = service
        self._transport = transport

    def run(self, stop: threading.Event) -> None:
        """Relay until ``stop`` is set; stand by while another process does, reconnect when needed."""
        persist("relay", stop, lambda: self._lead(stop))

    def drain(self) -> int:
        """Pay every debt that can be paid now and return how many events were acknowledged."""
        return sum(self._drain_one(subscriber) for subscriber in sorted(self._owed()))

    def deliver(self, subscriber: str) -> tuple[int, bool]:
        """Send one subscriber its next batch and, once acknowledged, settle it.

        Returns its size and whether more may be owed already. Raises what the transport raises.
        """
        with self._database.transaction(SYSTEM) as session:
            values = {"subscriber": subscriber, "batch": BATCH, "bytes": BATCH_BYTES}
            rows = session.execute(_NEXT, values).all()
        if not rows:
            return 0, False
        self._transport.send(subscriber, [from_row(self._service, row) for row in rows])
        with self._database.transaction(SYSTEM) as session:
            positions = [row.position for row in rows]
            session.execute(_SETTLE, {"subscriber": subscriber, "positions": positions})
        return len(rows), len(rows) == BATCH or sum(len(row.data) for row in rows) >= BATCH_BYTES

    def _lead(self, stop: threading.Event) -> None:
        with Listener(self._database) as listener:
            while not listener.lock("chassis.relay"):
                if stop.wait(POLL):
                    return
            listener.listen("outbox")
            lanes = {name: _Lane(self, name) for name in self._subscribers()}
            try:
                while not stop.is_set():
                    heard = listener.wait(POLL, stop)
                    owed = {name for payload in heard for name in payload.split(",")} or self._owed(lanes)
                    for name in owed & lanes.keys():
                        lanes[name].wake()
            finally:
                for lane in lanes.values():
                    lane.stop()

    def _subscribers(self) -> set[str]:
        published = (event for event in REGISTRY.values() if event.publisher == self._service)
        return {name for event in published for name in destinations(event)} | self._owed()

    def _owed(self, names: Iterable[str] | None = None) -> set[str]:
        """Who is owed something: of these names, or, read from the whole table, of all."""
        with self._database.transaction(SYSTEM) as session:
            if names is None:
                return set(session.scalars(_OWED))
            return set(session.scalars(_OWED_OF, {"names": list(names)}))

    def _drain_one(self, subscriber: str) -> int:
        paid, more = 0, True
        try:
            while more:
                count, more = self.deliver(subscriber)
                paid += count
        except Exception as error:
            _log_failure(subscriber, error, failures=1)
        return paid


class _Lane:
    """The thread that serves one subscriber."""

    def __init__(self, relay: Relay, subscriber: str) -> None:
        self._relay = relay
        self._subscriber = subscriber
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._woken.set()
        self._thread = threading.Thread(target=self._run, name=f"relay-{subscriber}", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is, or may be, something to send."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the batch in hand and end."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._woken.wait()
            self._woken.clear()
            try:
                while not self._stopping.is_set() and self._relay.deliver(self._subscriber)[1]:
                    failures = 0
                failures = 0
            except Exception as error:
                failures += 1
                _log_failure(self._subscriber, error, failures)
                self._stopping.wait(full_jitter(failures, base=0.25, cap=5))
                self._woken.set()


def _log_failure(subscriber: str, error: Exception, failures: int) -> None:
    log.warning("delivery failed", subscriber=subscriber, error=type(error).__name__, failures=failures)
