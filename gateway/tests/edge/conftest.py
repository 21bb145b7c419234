"""The two doors as they run in earnest: real processes, real sockets, a real nginx; behind both the same services."""

import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chassis.settings import SERVICE_NAMES
from chassis.testing import need
from gateway.edge.certificate import CERTIFICATE, KEY, ensure

PATIENCE_SECONDS = 20.0
SETTINGS = {
    "CLIENT_SECRET": "gateway-secret",
    "CORS_ORIGINS": "https://app.example.org",
    "SIGN_IN_LIMIT": "5/minute",
    "MAX_BODY_BYTES": "1000000",
    "UPSTREAM_CONNECT_SECONDS": "0.5",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Answer:
    """What came back: names of headers in small letters, a list where one was sent twice."""

    status: int
    headers: dict[str, list[str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """The header's value; it must not be there twice."""
        values = self.headers.get(name.lower(), [])
        assert len(values) < 2, f"{name} is there {len(values)} times: {values}"
        return values[0] if values else None


@dataclass
class Door:
    """A door's address, and how to knock with bytes of one's own choice."""

    port: int
    tls: bool = False
    source: str = "127.0.0.1"

    def connect(self) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS, (self.source, 0))
        if not self.tls:
            return plain
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(plain, server_hostname="localhost")

    def send(self, request: bytes) -> Answer:
        """Send exactly this and read one answer."""
        with self.connect() as connection:
            with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):  # it answered before the end
                connection.sendall(request)
            return _read(connection, is_head=request.startswith(b"HEAD "))

    def ask(
        self, target: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request with the target as it is written here."""
        sent = {"Host": "localhost", "Connection": "close", **(headers or {})}
        if body is not None and "Transfer-Encoding" not in sent:
            sent.setdefault("Content-Length", str(len(body)))
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        return self.send(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + (body or b""))


def _read(connection: socket.socket, *, is_head: bool) -> Answer:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), []).append(value.strip())
    status = int(first.split()[1])
    if is_head or status in (101, 204, 304):
        return Answer(status, headers, body)
    if "chunked" in headers.get("transfer-encoding", []):
        while not body.endswith(b"0\r\n\r\n"):
            body += _more(connection)
        return Answer(status, headers, b"".join(re.split(rb"(?:^|\r\n)[0-9a-f]+\r\n", body)).removesuffix(b"\r\n"))
    while len(body) < int(headers["content-length"][0]):
        body += _more(connection)
    return Answer(status, headers, body)


def _more(connection: socket.socket) -> bytes:
    found = connection.recv(65536)
    assert found, "the connection ended in the middle of an answer"
    return found


@dataclass
class Doors:
    """Both doors and the processes that make them."""

    folder: Path
    url_behind: str
    nginx: str
    first: Door = field(default_factory=lambda: Door(free_port()))
    second: Door = field(default_factory=lambda: Door(free_port(), tls=True))
    redirect: Door = field(default_factory=lambda: Door(free_port()))
    gateway_port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        services = {f"{name.upper()}_URL": self.url_behind for name in SERVICE_NAMES}
        gateway = {"GATEWAY_URL": f"http://127.0.0.1:{self.gateway_port}"}
        return SETTINGS | services | gateway | {"PUBLIC_URL": f"https://localhost:{self.second.port}"}

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.settings}

    def start(self, name: str, *command: str, **settings: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env={**self.environment, **settings}, stdout=log, stderr=log
            )

    def start_gateway(self, **settings: str) -> None:
        self.start("authorize", sys.executable, "-m", "gateway", "authorize", PORT=str(self.gateway_port), **settings)

    def start_nginx(self, *options: str, **settings: str) -> None:
        ensure(self.folder, ["localhost"])
        path = self.folder / "nginx.conf"
        command = [
            sys.executable, "-m", "gateway", "nginx", "--output", str(path), "--folder", str(self.folder),
            "--http", f"127.0.0.1:{self.redirect.port}", "--https", f"127.0.0.1:{self.second.port}", "--workers", "1",
            "--certificate", str(self.folder / CERTIFICATE), "--key", str(self.folder / KEY),
            "--log", str(self.folder / "access.log"), *options,
        ]  # fmt: skip
        subprocess.run(command, env={**self.environment, **settings}, check=True)
        self.start("nginx", self.nginx, "-c", str(path))

    def stop(self, name: str, number: int = signal.SIGTERM) -> int:
        process = self.processes.pop(name)
        process.send_signal(number)
        return process.wait(PATIENCE_SECONDS)

    def wait(self) -> None:
        for door in (self.first, self.second):
            self.wait_for(door)

    def wait_for(self, door: Door) -> None:
        eventually(lambda: _answers(door), f"{door} is ready; see {self.folder}")

    def log(self) -> list[dict[str, Any]]:
        """What the edge's access log holds."""
        return [json.loads(line) for line in (self.folder / "access.log").read_text().splitlines()]


def _answers(door: Door) -> bool:
    try:
        return door.ask("/readyz").status == 200
    except (OSError, AssertionError):
        return False


def eventually(look: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """What ``look`` gives as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.02)  # other processes; there is nothing to be woken by
    return found


@pytest.fixture(scope="session")
def nginx() -> str:
    """Where nginx is."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    return found or need("nginx")


@pytest.fixture(scope="module")
def doors(nginx, behind_doors, tmp_path_factory) -> Iterator[Doors]:
    """Both doors, open."""
    folder = tmp_path_factory.mktemp("edge")
    for each in (folder, *folder.parents):  # nginx's workers are another user's when we are root
        if os.geteuid() == 0 and each != Path("/"):
            each.chmod(each.stat().st_mode | 0o011)
    found = Doors(folder, behind_doors.url, nginx)
    found.start("web", sys.executable, "-m", "gateway", "web", PORT=str(found.first.port))
    found.start_gateway()
    found.start_nginx()
    found.wait()
    yield found
    for name in list(found.processes):
        found.stop(name, signal.SIGTERM)


@pytest.fixture
def services(behind_doors):
    """What stands behind the doors, as if nothing had been asked of it."""
    behind_doors.seen.clear()
    behind_doors.begun.clear()
    behind_doors.granted.clear()
    behind_doors.privacy_up = True
    return behind_doors
