"""granian in this very process: HTTP in its own threads, one call of our WSGI app at a time in each of ours."""

from collections.abc import Callable
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import MTServer


class _OneProcess(MTServer):
    """One worker, a thread of this process: the interpreter's lock is no obstacle to one."""

    def _check_gil(self) -> None:
        """Granian asks for an interpreter without the lock, which several workers would need."""


def serve(app: Callable[..., Any], *, host: str, port: int, threads: int, quiet: Callable[[], None]) -> None:
    """Serve a WSGI app until TERM or INT, finishing what is in hand.

    granian's many-processes server would hold everything twice; its many-threads one, with a single worker, is one
    process. ``quiet`` sets up our logs again after granian has set up its own.
    """
    server = _OneProcess(
        "gateway",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig={"handlers": {}, "formatters": {}, "loggers": {"_granian": {"propagate": True}}},
    )
    quiet()
    server.serve(target_loader=lambda: app, wrap_loader=False)
