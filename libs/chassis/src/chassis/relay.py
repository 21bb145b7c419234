"""The relay pays the outbox's debts: to each subscriber in order of position, in batches, until acknowledged.

One relay per service works at a time (an advisory lock). With HTTP it has a thread, a lane, per subscriber, so that
who is slow or down holds up nobody else; a broker has one for all. After a crash a batch may be sent twice; the inbox
makes that harmless.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from typing import Any, Protocol

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy import Row

from chassis import debts, trace_context, tracing
from chassis.backoff import full_jitter, persist
from chassis.database import SYSTEM, Database
from chassis.debts import BATCH, BATCH_BYTES
from chassis.envelope import Envelope, from_row
from chassis.listener import Listener
from chassis.outbox import BROKER, Debts
from contracts.subscriptions import SERVICES, SUBSCRIPTIONS

POLL = 1.0
"""Seconds after which the relay looks, even if no notification came."""

RELAYED = Counter("outbox_relayed_events", "Events the destination has acknowledged.", ["destination"])
FAILURES = Counter("outbox_relay_failures", "Batches that could not be delivered.", ["destination"])
LEADS = Gauge("relay_leads", "Whether this process's relay is the one of its service that works (1) or not (0).")

log = structlog.get_logger()


class Transport(Protocol):
    """What carries a batch to a subscriber, or to the broker that serves them all."""

    def send(self, subscriber: str, batch: Sequence[Envelope]) -> None:
        """Deliver the batch durably and return, or raise: then nothing counts as delivered."""

    def close(self) -> None:
        """Let go of connections; the next ``send`` opens new ones."""


class Relay:
    """Sends what ``service`` owes."""

    def __init__(self, database: Database, service: str, transport: Transport) -> None:
        self._database = database
        self._service = service
        self._transport = transport
        self._to_broker = database.provided.get(Debts) is Debts.TO_BROKER

    def run(self, stop: threading.Event) -> None:
        """Relay until ``stop`` is set; stand by while another process does, reconnect when needed."""
        persist("relay", stop, lambda: self._lead(stop))

    def drain(self) -> int:
        """Pay every debt that can be paid now and return how many were acknowledged."""
        self._adopt()
        return sum(self._drain_one(names) for names in self._lanes())

    def deliver(self, *names: str) -> tuple[int, bool]:
        """Send these creditors their next batch and, once acknowledged, settle it.

        Returns its size and whether more may be owed already. Raises what the transport raises.
        """
        with self._database.transaction(SYSTEM) as session:
            rows = debts.next_batch(session, self._service, names)
        if not rows:
            return 0, False
        for name, run in _runs(rows):
            with _span(name, run):
                self._transport.send(name, [from_row(self._service, row) for row in run])
            RELAYED.labels(name).inc(len(run))
        with self._database.transaction(SYSTEM) as session:
            debts.settle(session, rows)
        return len(rows), debts.is_full(rows)

    def _lead(self, stop: threading.Event) -> None:
        with Listener(self._database) as listener:
            while not listener.lock("chassis.relay"):
                if stop.wait(POLL):
                    return
            listener.listen("outbox")
            self._adopt()
            lanes = {name: lane for names in self._lanes() for lane in [_Lane(self, names)] for name in names}
            try:
                LEADS.set(1)
                while not stop.is_set():
                    self._wake(lanes, listener.wait(POLL, stop))
            finally:
                for lane in set(lanes.values()):
                    lane.stop()
                LEADS.set(0)
                self._transport.close()

    def _wake(self, lanes: "dict[str, _Lane]", heard: set[str]) -> None:
        owed = {name for payload in heard for name in payload.split(",")} or self._creditors([*lanes, BROKER])
        if BROKER in owed and not self._to_broker:
            self._adopt()
            owed = set(lanes)
        for lane in {lanes[name] for name in owed & lanes.keys()}:
            lane.wake()

    def _lanes(self) -> list[tuple[str, ...]]:
        """Who is paid in one order: everybody behind the broker, or else each alone."""
        names = self._creditors() | {name for name in SERVICES if self._listens(name)}
        behind = (BROKER, *SERVICES) if self._to_broker else ()
        alone = sorted(names - {BROKER, *behind})
        return ([behind] if behind else []) + [(name,) for name in alone]

    def _listens(self, name: str) -> bool:
        return any(event.publisher == self._service for event in SUBSCRIPTIONS[name])

    def _creditors(self, names: Sequence[str] | None = None) -> set[str]:
        with self._database.transaction(SYSTEM) as session:
            return debts.creditors(session, names)

    def _adopt(self) -> None:
        if not self._to_broker:
            with self._database.transaction(SYSTEM) as session:
                debts.adopt(session, self._service)

    def _drain_one(self, names: tuple[str, ...]) -> int:
        paid, more = 0, True
        try:
            while more:
                count, more = self.deliver(*names)
                paid += count
        except Exception as error:
            _log_failure(names[0], error, failures=1)
        return paid


def _runs(rows: Sequence[Row[Any]]) -> Iterator[tuple[str, list[Row[Any]]]]:
    """The batch by creditor. What goes through the broker keeps its place among what goes around it."""
    for _, stretch in groupby(rows, key=lambda row: row.subscriber == BROKER):
        by_name = sorted(stretch, key=lambda row: str(row.subscriber))
        yield from ((name, list(run)) for name, run in groupby(by_name, key=lambda row: str(row.subscriber)))


class _Lane:
    """The thread that pays what is paid in one order."""

    def __init__(self, relay: Relay, names: tuple[str, ...]) -> None:
        self._relay = relay
        self._names = names
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._woken.set()
        self._thread = threading.Thread(target=self._run, name=f"relay-{names[0]}", daemon=True)
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
                while not self._stopping.is_set() and self._relay.deliver(*self._names)[1]:
                    failures = 0
                failures = 0
            except Exception as error:
                failures += 1
                _log_failure(self._names[0], error, failures)
                self._stopping.wait(full_jitter(failures, base=0.25, cap=5))
                self._woken.set()


def _span(name: str, rows: Sequence[Row[Any]]) -> AbstractContextManager[tracing.Span]:
    parents = []
    if tracing.is_on():  # else reading 500 of them would be for nothing
        parents = [place for row in rows if (place := trace_context.parse(row.traceparent, row.tracestate))]
    attributes: dict[str, tracing.Value] = {
        "messaging.destination.name": name,
        "messaging.batch.message_count": len(rows),
    }
    return tracing.span(tracing.Kind.PRODUCER, f"send {name}", parents, attributes)


def _log_failure(subscriber: str, error: Exception, failures: int) -> None:
    FAILURES.labels(subscriber).inc()
    log.warning("delivery failed", subscriber=subscriber, error=type(error).__name__, failures=failures)


__all__ = ["BATCH", "BATCH_BYTES", "Relay", "Transport"]
