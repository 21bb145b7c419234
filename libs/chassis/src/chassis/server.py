"""gunicorn with threads, started from Python: one worker process, and the service's own worker threads beside it."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from chassis.settings import ServiceSettings
from chassis.worker import Worker


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


def serve(load: Callable[[], Any], *, host: str, port: int, threads: int, **options: Any) -> None:
    """Serve a WSGI app until TERM or INT, finishing what is in hand."""
    defaults = {
        "bind": f"{host}:{port}",
        "workers": 1,
        "threads": threads,
        "worker_class": "gthread",
        "keepalive": 75,
        "timeout": 60,
        "graceful_timeout": 10,
        "preload_app": True,
        "loglevel": "warning",
        "worker_tmp_dir": None,
        "control_socket_disable": True,
    }
    _Server(load, {**defaults, **options}).run()


def serve_service(app: Flask, settings: ServiceSettings, make_worker: Callable[[], Worker] | None) -> None:
    """Serve a service's app; with ``make_worker`` its relay, processor and scheduler run in the same process."""
    running: list[Worker] = []

    def started(_: Any) -> None:
        app.extensions["database"].engine.dispose(close=False)
        if make_worker is not None:
            worker = make_worker()
            worker.start()
            running.append(worker)

    def stopping(_server: Any, _worker: Any) -> None:
        for worker in running:
            worker.stop(timeout=10)

    serve(
        lambda: app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        post_worker_init=started,
        worker_exit=stopping,
    )
