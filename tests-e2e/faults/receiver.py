"""An organization's server: takes every webhook, and keeps under which id it came."""

import os
import signal
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self


class Receiver(ThreadingHTTPServer):
    """``came``: how often each id came. ``kills``: a file with the id of a process to kill at the next request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook"
        self.came: Counter[str] = Counter()
        self.kills: Path | None = None
        self.lock = Lock()
        self._thread = Thread(target=self.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def take(self, id: str) -> None:
        """One came."""
        with self.lock:
            self.came[id] += 1
            victim, self.kills = self.kills, None
        if victim is not None:
            os.kill(int(victim.read_text()), signal.SIGKILL)

    def handle_error(self, *_: Any) -> None:
        """Whoever is killed hears no answer."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.take(self.headers["webhook-id"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
