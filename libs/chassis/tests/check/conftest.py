"""A toy service in a healthy world: a database, neighbours that answer, a fresh backup. Each test breaks one thing."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest

from chassis import migrate
from chassis.testing import cluster

HERE = Path(__file__).parent
PASSWORD = "vD3xq0ZbT9mKfR7wYc5L"
SECRET = "q8Hn2LcVz6TjXw0bRk4M"
NAME = "toy_checked"


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str

    def point(self, name: str) -> str:
        """The line of a point."""
        return next(line for line in self.out.splitlines() if line[6:].startswith(f"{name} "))

    @property
    def failing(self) -> list[str]:
        """The lines that fail."""
        return [line for line in self.out.splitlines() if line.startswith("FAIL")]


class Nursery:
    """Starts processes quickly (nursery.py)."""

    def __init__(self, folder: Path) -> None:
        self._files = folder / "out", folder / "err"
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "nursery.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def say(self, *command: str, **environment: str) -> Said:
        """Run ``python -m toy`` with nothing in its environment but this."""
        for file in self._files:
            file.write_text("")
        out, err = map(str, self._files)
        asked = {"command": command, "environment": environment, "out": out, "err": err}
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        return Said(status, *(file.read_text() for file in self._files))

    def close(self) -> None:
        """It ends with what it reads."""
        self._process.communicate(timeout=30)


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Started once."""
    found = Nursery(tmp_path_factory.mktemp("nursery"))
    yield found
    found.close()


@pytest.fixture
def start() -> Callable[..., Said]:
    """``start("web", **environment)``: ``python -m toy web`` as anybody starts it."""
    return say


def say(*command: str, **environment: str) -> Said:
    """Run ``python -m toy`` with nothing in its environment but this."""
    done = subprocess.run(
        [sys.executable, "-m", "toy", *command],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(HERE), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def migrated() -> str:
    """The toy's database; its runtime role has a password that is one."""
    cluster().create(NAME)
    migrate.upgrade(HERE.parent / "toy_migrations", cluster().url(NAME, f"{NAME}_owner"))
    administer(f"alter role {NAME}_app password '{PASSWORD}'")
    return NAME


@pytest.fixture
def sql(migrated: str) -> Callable[[str], None]:
    """Breaks and mends the database, as its superuser."""

    def run(statement: str) -> None:
        with psycopg.connect(cluster().server.superuser_dsn(migrated), autocommit=True) as connection:
            connection.execute(statement.encode())

    return run


def administer(statement: str) -> None:
    """One statement of the server's superuser."""
    with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as connection:
        connection.execute(statement.encode())


@dataclass
class Neighbour:
    """A process that answers whatever it is asked."""

    url: str = ""
    status: int = 200
    date: datetime | None = None


@pytest.fixture
def neighbour() -> Iterator[Neighbour]:
    """Stands for every other process."""
    known = Neighbour()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(known.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            """As identity gives tokens: to whom it knows, by the secret it knows."""
            self.rfile.read(int(self.headers["Content-Length"]))
            given = self.headers["Authorization"].removeprefix("Basic ")
            is_known = base64.b64decode(given).decode().endswith(f":{SECRET}")
            self.send_response(200 if is_known else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(known.date.timestamp() if known.date else timestamp)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    known.url = f"http://127.0.0.1:{server.server_port}"
    yield known
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A fresh and verified backup; gives its manifest."""
    folder = tmp_path / "backups" / "20261122T010000Z"
    folder.mkdir(parents=True)
    (folder / "backup_manifest").write_text("what PostgreSQL writes")
    manifest = folder / "manifest.json"
    moment = datetime.now(UTC).isoformat()
    digest = hashlib.sha256(b"what PostgreSQL writes").hexdigest()
    known = {"finished_at": moment, "verified_at": moment, "list": "backup_manifest", "list_sha256": digest}
    manifest.write_text(json.dumps(known))
    return manifest


@pytest.fixture
def healthy(migrated: str, neighbour: Neighbour, backup: Path) -> dict[str, str]:
    """The environment of a process that passes."""
    return {
        "UFADHILI_ENV": "production",
        "DATABASE_URL": cluster().server.url(migrated, f"{migrated}_app", PASSWORD),
        "CLIENT_SECRET": SECRET,
        "EVENTS_SECRET": "whsec_R5tYp1QmZx8KvB3nWc7LdF0h",
        "IDENTITY_URL": neighbour.url,
        "RENDERER_URL": neighbour.url,
        "PUBLIC_URL": "https://ufadhili.test",
        "BACKUP_DIR": str(backup.parents[1]),
        "TMPDIR": str(backup.parents[2]),
    }


@pytest.fixture
def check(healthy: dict[str, str], nursery: Nursery) -> Callable[..., Said]:
    """``python -m toy check`` in the healthy environment, but for what is given; None takes a variable away."""

    def run(*arguments: str, **changes: str | None) -> Said:
        changed = {name: value for name, value in {**healthy, **changes}.items() if value is not None}
        return nursery.say("check", *arguments, **changed)

    return run
