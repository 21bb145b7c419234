"""The sandbox's own HTTP server: beside the service in its process, with threads of its own.

Were the API served by the service's threads, payers who come at once would fill them all waiting for answers that
no thread is left to give.
"""

import os
import threading
from threading import Lock
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from billing.sandbox.api import BLUEPRINTS
from chassis import rendering
from chassis.database import Database
from chassis.json_provider import JsonProvider


class SandboxServer:
    """Listens on a free loopback port from the first time its address is asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._server: BaseWSGIServer | None = None
        self._process = 0

    @property
    def url(self) -> str:
        """The base URL of the API, for callers on this machine."""
        with self._lock:
            # A server started before a fork stays behind with the parent.
            if self._server is None or self._process != os.getpid():
                self._server, self._process = self._started(), os.getpid()
            return f"http://127.0.0.1:{self._server.server_port}/sandbox"

    def close(self) -> None:
        """Stop listening."""
        with self._lock:
            if self._server is not None:
                self._server.shutdown()
                self._server.server_close()
                self._server = None

    def _started(self) -> BaseWSGIServer:
        server = make_server("127.0.0.1", 0, make_app(self._database), threaded=True, request_handler=_Quiet)
        wake = {"poll_interval": 0.1}  # what closing it waits for
        threading.Thread(target=server.serve_forever, kwargs=wake, name="sandbox-provider", daemon=True).start()
        return server


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: Any) -> None:
        """The client logs its calls; once is enough."""


def make_app(database: Database) -> Flask:
    """The API as an app of its own; it has nothing of billing's."""
    app = Flask("sandbox", static_folder=None)
    app.json = JsonProvider(app)
    app.extensions["database"] = database
    app.config.update(MAX_CONTENT_LENGTH=65_536, PROPAGATE_EXCEPTIONS=False)
    rendering.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
