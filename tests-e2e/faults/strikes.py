"""Carries out one fault: down with the victim, wait, up again."""

import threading
import time
from collections.abc import Callable
from functools import partial

from world.system import eventually

from faults.child import Child
from faults.plan import Fault
from faults.proxy import Proxy
from faults.stage import LISTENER, PUBLISHER, Stage

PATIENCE = 60
"""Seconds a strike waits for the moment it is meant for."""


class Strikes:
    """The faults of a plan, each in a thread of its own at its moment."""

    def __init__(self, stage: Stage, plan: list[Fault]) -> None:
        self._stage = stage
        self._started = 0.0
        self._threads = [threading.Thread(target=self._at_its_moment, args=(fault,)) for fault in plan]
        self.done: list[Fault] = []
        self.missed: list[str] = []
        """Those that could not be carried out, and why."""

    def start(self, started: float) -> None:
        """Begin; ``started`` is the second moments are counted from, on the monotonic clock."""
        self._started = started
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Return when every victim is up again."""
        for thread in self._threads:
            thread.join()

    def _at_its_moment(self, fault: Fault) -> None:
        time.sleep(max(0.0, self._started + fault.moment - time.monotonic()))
        try:
            self._act(fault)
        except Exception as error:  # this thread's end would otherwise look like a fault carried out
            self.missed.append(f"{fault}: {type(error).__name__}: {error}")
        else:
            self.done.append(fault)

    def _act(self, fault: Fault) -> None:
        stage, down = self._stage, fault.down
        relays, consumers = stage.workers[PUBLISHER], stage.workers[LISTENER]
        acts: dict[str, Callable[[], None]] = {
            "relay": lambda: _kill(relays[fault.slot], down),
            "relay at confirm": lambda: _ambush(stage.relay_ambush, stage.relay_proxies, relays, down),
            "consumer": lambda: _kill(consumers[fault.slot], down),
            "consumer at ack": lambda: _ambush(stage.consumer_ambush, stage.consumer_proxies, consumers, down),
            "relay stopped": lambda: _stop(relays[fault.slot], down),
            "consumer stopped": lambda: _stop(consumers[fault.slot], down),
            "web": lambda: _kill(stage.web, down),
            "writer": lambda: _kill(stage.writer, down),
            "broker": lambda: _restart(stage.broker_busy, stage.broker.kill, stage.start_broker, down),
            "broker stopped": lambda: _restart(stage.broker_busy, stage.broker.stop, stage.start_broker, down),
            "database": lambda: _restart(stage.database_busy, stage.kill_database, stage.postgres.start, down),
            "cut": lambda: _cut(stage.relay_proxies),
        }
        acts[fault.kind]()


def _cut(proxies: list[Proxy]) -> None:
    for proxy in proxies:
        proxy.cut()


def _kill(child: Child | None, down: float) -> None:
    assert child is not None, "the stage has no such process"
    _restart(child.busy, child.kill, child.start, down)


def _stop(child: Child, down: float) -> None:
    def stop() -> None:
        # One that is still starting would not know the signal yet, and just end.
        eventually(child.answers, f"{child.name} is up", PATIENCE)
        status = child.stop()
        assert status == 0, f"{child.name} ended with {status}"

    _restart(child.busy, stop, child.start, down)


def _restart(busy: threading.Lock, end: Callable[[], None], start: Callable[[], None], down: float) -> None:
    with busy:
        try:
            end()
            time.sleep(down)
        finally:
            start()


def _ambush(alone: threading.Lock, proxies: list[Proxy], children: list[Child], down: float) -> None:
    """Kill whichever of the children is the first to be sent, or to send, an acknowledgement."""
    struck: list[Child] = []
    fell = threading.Event()

    def strike(child: Child) -> None:
        child.kill()
        struck.append(child)
        fell.set()

    with alone:
        for proxy, child in zip(proxies, children, strict=True):
            proxy.before_next_ack(partial(strike, child))
        fell.wait(PATIENCE)
        for proxy in proxies:
            proxy.before_next_ack(None)
    for child in struck:
        _kill(child, down)
    assert struck, "no acknowledgement came by"
