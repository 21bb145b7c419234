"""What the emulators share: a real HTTP server, a record of the calls, and the ways in which a provider fails."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, RLock
from typing import Any

from flask import Flask, Response, abort, request
from werkzeug.serving import WSGIRequestHandler, make_server

HANG_SECONDS = 5.0


@dataclass
class Fault:
    """What happens to the next calls (of this method) whose path contains ``path``: ``status`` with ``body`` instead
    of an answer; ``lost``: the call is carried out and its answer lost; ``hang``: nothing comes at all.
    """

    path: str
    times: int
    status: int = 500
    body: str = ""
    lost: bool = False
    hang: bool = False
    method: str = ""


@dataclass
class Emulator:
    """A provider. Its state is its own, and changes only by calls and by what its ``payer`` does."""

    app: Flask = field(init=False)
    url: str = ""
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)
    released: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.app = Flask(type(self).__name__)
        self.app.before_request(self._before)
        self.app.after_request(self._after)
        self.routes()

    def routes(self) -> None:
        """Each emulator adds its own."""

    def answer(self, method: str, path: str, view: Callable[..., Any]) -> None:
        """Add an operation."""
        self.app.add_url_rule(path, endpoint=f"{method} {path}", view_func=view, methods=[method])

    def fail(self, path: str, times: int = 1, **how: Any) -> None:
        """From now on this happens to so many calls."""
        self.faults.append(Fault(path, times, **how))

    def called(self, path: str) -> list[Any]:
        """The bodies (or queries) of the calls to this path."""
        return [body for _, called, body in self.calls if path in called]

    @contextmanager
    def running(self, port: int = 0) -> Iterator["Emulator"]:
        """Serve until the end of the block."""
        server = make_server("127.0.0.1", port, self.app, threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            self.released.set()
            server.shutdown()
            thread.join()
            server.server_close()

    def _fault(self, *, after: bool) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                is_meant = fault.path in request.path and fault.method in ("", request.method)
                if fault.times > 0 and is_meant and fault.lost == after:
                    fault.times -= 1
                    return fault
        return None

    def _before(self) -> None:
        body = request.get_json(silent=True) if request.is_json else (request.form or request.args).to_dict()
        self.calls.append((request.method, request.path, body))
        fault = self._fault(after=False)
        if fault is None:
            return
        if fault.hang:
            self.released.wait(HANG_SECONDS)
        abort(Response(fault.body, fault.status, content_type="application/json"))

    def _after(self, answer: Response) -> Response:
        fault = self._fault(after=True)
        return answer if fault is None else Response("", fault.status)


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: Any) -> None:
        """Tests have enough to say."""
