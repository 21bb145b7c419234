"""A gateway in front of one real HTTP server that plays every service, and says what it was asked."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chassis.settings import SERVICE_NAMES
from chassis.testing import JWKS
from gateway.app import create_app
from gateway.settings import Settings

FIRST = 64 * 1024
"""Bytes the gateway passes on at a time."""
ALWAYS = {"/.well-known/jwks.json": JWKS, "/internal/token": {"access_token": "service-token", "expires_in": 300}}
"""What identity always answers."""


@dataclass
class Behind:
    """The services behind the gateway, as one server whose manners a test decides."""

    port: int = 0
    seen: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, str]] = field(default_factory=list)
    granted: set[str] = field(default_factory=set)
    revoked: list[str] = field(default_factory=list)
    privacy_up: bool = True
    keys: dict[str, str] = field(default_factory=dict)
    exchanges: list[str] = field(default_factory=list)
    exchange_seconds: float = 0.0
    exchange_status: int = 0
    key_seconds: int = 900
    privacy_seconds: float = 0.0
    slow_seconds: float = 0.6
    begun: list[str] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    connections: int = 0
    patience: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def _handler(behind: Behind) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            behind.connections += 1
            super().setup()

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") == "chunked":
                whole = b""
                while size := int(self.rfile.readline(), 16):
                    whole += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return whole
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def _json(self, body: Any, status: int = 200) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in behind.says.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def _exchange(self, body: bytes) -> None:
            behind.exchanges.append(body.decode())
            time.sleep(behind.exchange_seconds)
            token = behind.keys.get(json.loads(body)["key"])
            answer = {"access_token": token, "expires_in": behind.key_seconds}
            self._json(answer if token else {}, behind.exchange_status or (200 if token else 404))

        def _any(self) -> None:
            behind.begun.append(self.path)
            body = self._body()
            path = self.path.split("?")[0]
            if path in ALWAYS:
                return self._json(ALWAYS[path])
            if path == "/internal/revocations":
                return self._json({"revoked": behind.revoked, "cursor": str(len(behind.revoked))})
            if path == "/internal/api-key-token":
                return self._exchange(body)
            if path == "/internal/decisions":
                question = json.loads(body)
                behind.questions.append(dict(self.headers))
                time.sleep(behind.privacy_seconds)
                status = 200 if behind.privacy_up else 500
                return self._json({"allowed": question["student_id"] in behind.granted}, status)
            behind.seen.append({"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body})
            if "slow" in path:
                behind.patience.wait(behind.slow_seconds)
            if "broken" in path:
                self.close_connection = True
                return None
            return self._break_off_late() if "endless" in path else self._json({"path": self.path})

        def _break_off_late(self) -> None:
            """Half an answer now, the other half, which looks like an answer of its own, as soon as more is asked."""
            self.send_response(200)
            late = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray"
            self.send_header("Content-Length", str(FIRST + len(late)))
            self.end_headers()
            self.wfile.write(b"x" * FIRST)
            self.close_connection = True
            with suppress(OSError):  # the gateway has hung up, as it should
                self.rfile.peek(1)
                self.wfile.write(late)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _any  # noqa: N815 - http.server's names

        def log_message(self, *_: Any) -> None:
            """Keep the tests' output quiet."""

    return Handler


class Upstream(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A gateway that hangs up is part of a story, not worth a traceback."""


@contextmanager
def _services() -> Iterator[Behind]:
    services = Behind()
    server = Upstream(("127.0.0.1", 0), _handler(services))
    services.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield services
    services.patience.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def behind() -> Iterator[Behind]:
    with _services() as services:
        yield services


@pytest.fixture(scope="module")
def behind_doors() -> Iterator[Behind]:
    """The services behind real processes, which are started once for a file of tests."""
    with _services() as services:
        yield services


@pytest.fixture
def make_settings(behind: Behind, tmp_path: Path) -> Callable[..., Settings]:
    def make(**changes: Any) -> Settings:
        values = {
            "environment": "local",
            "host": "127.0.0.1",
            "port": 0,
            "service_urls": dict.fromkeys(SERVICE_NAMES, behind.url),
            "client_secret": "gateway-secret",
            "public_url": "http://localhost:8000",
            "threads": 8,
            "connect_timeout": 0.5,
            "read_timeout": 0.3,
            "max_body_bytes": 1_000_000,
            "cors_origins": ("https://app.example.org",),
            "sign_in_limit": "1000/minute",
            "organization_limit": "1000/minute",
            "limits_storage": "memory://",
            "trusted_proxies": 0,
            "openapi_file": tmp_path / "gateway.json",
            "log_level": "INFO",
            "log_format": "json",
        }
        return Settings(**{**values, **changes})

    return make


@pytest.fixture
def make_gateway(make_settings: Callable[..., Settings]):
    return lambda **changes: create_app(make_settings(**changes))


@pytest.fixture
def gateway(make_gateway):
    return make_gateway()


@pytest.fixture
def client(gateway):
    return gateway.test_client()
