"""gunicorn's threaded worker in this very process, and the service's own worker threads beside it.

Without gunicorn's master: it would hold a second copy of everything imported, and whoever started this process
(`make up`, compose, Kubernetes) starts it again anyway.
"""

import os
import select
import socket
import struct
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn import sock
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from chassis.memory import keep_what_is_loaded
from chassis.settings import ServiceSettings
from chassis.worker import Worker

SILENCE_SECONDS = 30
"""How long a client may neither send nor take anything in the middle of a request before it loses its thread."""


class _Worker(ThreadWorker):  # type: ignore[misc]
    """A worker that answers to no master, and waits for no client for ever."""

    sockets: list[Any]

    def handle(self, conn: Any) -> Any:
        """Set by the system's own clock: gunicorn makes its sockets block without a limit."""
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            conn.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", SILENCE_SECONDS, 0))
        return super().handle(conn)

    def set_accept_enabled(self, enabled: bool) -> None:
        """At the end nobody is left at the door: gunicorn would let clients connect until the very last moment,
        hear none of them, and hang up on all. Who came is heard, who comes is refused and goes elsewhere.
        """
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for listener in self.sockets:
                while select.select([listener], [], [], 0)[0]:
                    self.accept(listener)
                listener.close()
            self.sockets = []

    def is_parent_alive(self) -> bool:
        """It is not its parent's to stop."""
        return True


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, load: Callable[[], Any], options: dict[str, Any]) -> None:
        self._load = load
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._load()

    def run(self) -> None:
        """What gunicorn's arbiter does for a worker it has forked."""
        log = self.cfg.logger_class(self.cfg)
        worker = _Worker(0, os.getppid(), sock.create_sockets(self.cfg, log, None), self, 0, self.cfg, log)
        worker.pid = os.getpid()
        try:
            worker.init_process()
        finally:
            self.cfg.worker_exit(self, worker)
            worker.tmp.close()


def serve(load: Callable[[], Any], *, host: str, port: int, threads: int, **options: Any) -> None:
    """Serve a WSGI app until TERM or INT, finishing what is in hand."""
    defaults = {
        "bind": f"{host}:{port}",
        "threads": threads,
        "keepalive": 75,
        "graceful_timeout": 10,
        "loglevel": "warning",
        "worker_tmp_dir": None,
        "control_socket_disable": True,
    }
    _Server(load, {**defaults, **options}).run()


def serve_service(
    app: Flask,
    settings: ServiceSettings,
    make_worker: Callable[[], Worker] | None,
    *,
    threads: int | None = None,
    patience: float = 10,
) -> None:
    """Serve an app of a service; with ``make_worker`` the worker's threads run in the same process.

    At the end they have ``patience`` seconds to finish what is in hand.
    """
    running: list[Worker] = []

    def started(_: Any) -> None:
        app.extensions["database"].engine.dispose(close=False)
        keep_what_is_loaded()
        if make_worker is not None:
            worker = make_worker()
            worker.start()
            running.append(worker)

    def stopping(_server: Any, _worker: Any) -> None:
        for worker in running:
            worker.stop(timeout=patience)

    serve(
        lambda: app,
        host=settings.host,
        port=settings.port,
        threads=threads or settings.threads,
        post_worker_init=started,
        worker_exit=stopping,
    )
