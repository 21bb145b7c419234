"""Breaks a promise on purpose, in a toy's process only, to see the judge notice."""

import os
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import text

from chassis import inbox
from chassis.envelope import Envelope
from chassis.transports.amqp import AmqpTransport
from chassis.transports.http import HttpTransport

VARIABLE = "FAULTS_SABOTAGE"
WITHOUT_DEDUP = "alter table inbox drop constraint inbox_id_key"


def commit() -> None:
    """Break what the environment names: ``dedup`` or ``settle``; nothing, as a rule."""
    acts = {"dedup": _accept_everything, "settle": _settle_before_confirm}
    if name := os.environ.get(VARIABLE):
        acts[name]()


def _accept_everything() -> None:
    """What arrives twice is stored twice (the database must have lost its constraint, too)."""
    inbox._ACCEPT = text(str(inbox._ACCEPT).replace("on conflict (id) do nothing", ""))


def _settle_before_confirm() -> None:
    """Sending returns at once, so that the relay settles; what is really sent, is sent a moment later, or never."""
    for transport in (AmqpTransport, HttpTransport):
        transport.send = _promptly(transport.send)  # type: ignore[method-assign]


def _promptly(send: Callable[[Any, str, Sequence[Envelope]], None]) -> Callable[[Any, str, Sequence[Envelope]], None]:
    waiting: queue.Queue[tuple[Any, str, Sequence[Envelope]]] = queue.Queue()

    def work() -> None:
        while True:
            with suppress(Exception):
                send(*waiting.get())

    threading.Thread(target=work, daemon=True).start()
    return lambda self, subscriber, batch: waiting.put((self, subscriber, batch))
