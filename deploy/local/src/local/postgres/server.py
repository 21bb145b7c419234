"""One PostgreSQL server in a folder: it starts after any crash, stops cleanly and is never run twice."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from local.postgres import cluster, postmaster
from local.postgres.account import account

# Recovery after a crash replays what was written since the last checkpoint: seconds, at worst a minute.
START_SECONDS = 120.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.02


class ServerFailed(RuntimeError):
    """PostgreSQL would not start; the message says where its log is and ends with its last words."""


class Server:
    """The PostgreSQL server whose data is in `home/postgres`, reachable through a Unix socket only."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        """With `durable` off nothing waits for the disk: for tests, whose data may die with the machine."""
        self.home = home.resolve()
        self.data = self.home / "postgres"
        self.log = self.home / "run" / "logs" / "postgres.log"
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, check: Callable[[], None] = lambda: None) -> None:
        """Return once the server answers; a server that already runs on this folder is taken over.

        `check` is called while waiting and may raise to end the wait. Raises ServerFailed.
        """
        try:
            cluster.prepare(self.data, account(), durable=self._durable)
        except (OSError, RuntimeError) as refused:
            raise ServerFailed(str(refused)) from refused
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            check()
            if time.monotonic() > deadline:
                raise ServerFailed(self._last_words())
            if not self.is_alive():
                self._launch(deadline)
            time.sleep(POLL_SECONDS)  # it says that it is ready only to whoever asks

    def stop(self) -> None:
        """Stop fast: open transactions roll back, what is committed stays. Harmless when nothing runs."""
        for demand in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            pid = self.pid
            if pid is None:
                break
            postmaster.send(pid, demand)
            self._wait_for_end(STOP_SECONDS)
        self._process = None

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        if self._process is not None:
            return self._process.pid if self._process.poll() is None else None
        return postmaster.running(self.data)

    def is_alive(self) -> bool:
        return self.pid is not None

    def superuser_dsn(self, database: str = "postgres") -> str:
        """How psycopg connects as superuser: without a password, the operating system vouches for us."""
        return f"postgresql://{cluster.SUPERUSER}@/{quote(database)}?host={quote(str(self._sockets), safe='')}"

    def url(self, database: str, role: str, password: str) -> str:
        """How SQLAlchemy connects to `database` as `role`."""
        who = f"{quote(role)}:{quote(password, safe='')}"
        return f"postgresql+psycopg://{who}@/{quote(database)}?host={quote(str(self._sockets), safe='')}"

    @property
    def _sockets(self) -> Path:
        return cluster.socket_folder(self.data, account())

    def _answers(self) -> bool:
        ready = postmaster.ready(self.data)
        return ready is not None and ready == self.pid

    def _launch(self, deadline: float) -> None:
        """Start the process; one that gives up is tried again, for its predecessor may still be dying."""
        if self._process is not None:
            self._process = None
            time.sleep(0.3)  # time for the predecessor to be gone
        postmaster.clear_stale(self.data, self._sockets, deadline)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 (our own program)
                cluster.command(self.data, self._sockets, durable=self._durable),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.data,
                env=cluster.environment(),
                # A session of its own: Ctrl-C in the terminal must not stop it before its clients.
                start_new_session=True,
                **account().switch,
            )

    def _wait_for_end(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.is_alive() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)  # also one that a supervisor before this one started: no child to wait for

    def _last_words(self) -> str:
        words = self.log.read_text(errors="replace").splitlines()[-5:] if self.log.exists() else []
        return f"PostgreSQL did not start; its log is {self.log}: " + " | ".join(words)
