"""The renderer's process: ``HOST``, ``PORT``, ``RENDER_WORKERS`` (1), ``RENDER_SECONDS`` (20) a document.

A sync worker makes one document at a time and the queue before it is short, so that its clients feel an
overload at once and answer 503. Workers are forked from a master that has WeasyPrint loaded: their memory is
shared, and one that dies or has served its share is replaced within a second or two. Internal only.
"""

import gc
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from gunicorn.app.base import BaseApplication

from chassis import logs

log = structlog.get_logger()


@dataclass(frozen=True)
class Settings:
    """What the renderer reads from the environment."""

    host: str
    port: int
    workers: int
    seconds: float
    log_level: str
    log_format: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """From the environment; a number that is none raises ``ValueError``."""
        return cls(
            host=environment.get("HOST", "127.0.0.1"),
            port=int(environment.get("PORT", "8090")),
            workers=int(environment.get("RENDER_WORKERS", "1")),
            seconds=float(environment.get("RENDER_SECONDS", "20")),
            log_level=environment.get("LOG_LEVEL", "INFO"),
            log_format=environment.get("LOG_FORMAT", "json"),
        )


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is published without types
    """gunicorn, configured from Python."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn."""
        for name, value in _options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Called by gunicorn, in the master: what is imported here is shared by the workers."""
        from chassis.render.app import make_app

        app = make_app(self._settings.seconds)
        gc.collect()
        gc.freeze()
        return app


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.workers,
        "worker_class": "sync",
        "preload_app": True,
        "backlog": 16,
        # A worker stuck in C code, where the alarm cannot reach it, is killed and replaced.
        "timeout": round(settings.seconds) + 10,
        "graceful_timeout": round(settings.seconds),
        # Bounds what fonts and caches may grow to.
        "max_requests": 500,
        "max_requests_jitter": 50,
        "post_worker_init": _warm,
        "loglevel": "warning",
        "control_socket_disable": True,
    }


def _warm(_worker: Any) -> None:
    # Not in the master: Pango answers from a thread of its own, and threads do not survive a fork.
    from chassis.render import document

    document.warm()
    gc.collect()
    gc.freeze()
    # A document is a million objects that live as long as it does: they are collected once, when it is sent.
    gc.disable()
    log.info("renderer_ready", pid=os.getpid())


if __name__ == "__main__":
    chosen = Settings.read(os.environ)
    logs.configure("renderer", chosen.log_level, chosen.log_format)
    Server(chosen).run()
