"""The whole system as ``make up`` runs it, on a home and a port of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).parents[2]
START_SECONDS = 180
T = TypeVar("T")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(look: Callable[[], T], what: str, seconds: float = 30.0) -> T:
    """What ``look`` gives as soon as it is true; an AssertionError saying ``what`` when it never is."""
    deadline = time.monotonic() + seconds
    pause = 0.02
    while not (found := look()):
        assert time.monotonic() < deadline, f"never happened within {seconds:.0f} s: {what}"
        time.sleep(pause)  # a story waits for other processes; there is nothing to be woken by
        pause = min(pause * 1.5, 0.5)
    return found


class System:
    """Starts, stops, kills and looks at the processes of one installation."""

    door = "gateway"
    """Whose log tells of every request that comes in."""

    neighbour = "127.0.0.1"
    """Where the system reaches this machine."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.mail = home / "mail"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = {"UFADHILI_HOME": str(home), "PORT": str(self.port), **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self._log = home.parent / f"{home.name}-up.log"

    def start(self) -> None:
        """Start everything and wait for ``Ready:``."""
        with self._log.open("ab") as log:
            begin = log.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local", "up"],
                cwd=ROOT,
                env={**os.environ, **self._settings},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

        def ready() -> bool:
            text = self._log.read_bytes()[begin:]
            assert self._process is not None
            assert self._process.poll() is None, f"it ended:\n{text.decode()[-3000:]}"
            return b"Ready: " in text

        eventually(ready, f"Ready (see {self._log})", START_SECONDS)

    def stop(self) -> int:
        """Ask for a clean stop and wait for it; gives the exit status."""
        assert self._process
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(60)

    def kill_all(self) -> None:
        """kill -9 of everything at once, as a power cut would."""
        assert self._process
        pids = [entry["pid"] for entry in self.processes().values()]
        for pid in {self._process.pid, *pids}:
            _kill(pid)
        self._process.wait(60)

    def kill(self, name: str) -> None:
        """kill -9 of one process; the supervisor starts it again."""
        _kill(self.processes()[name]["pid"])

    def processes(self) -> dict[str, Any]:
        """Name to pid, port and url, as the supervisor last wrote it."""
        found: dict[str, Any] = json.loads((self.home / "run" / "processes.json").read_text())
        return found

    def command(self, service: str, *arguments: str, said: str) -> None:
        """Run a service's own command, telling it what it asks for; it must end well."""
        command = [sys.executable, "-m", "local", "run", service, *arguments]
        told = said.encode()
        subprocess.run(command, cwd=ROOT, env={**os.environ, **self._settings}, input=told, check=True, timeout=120)

    def mails(self, to: str) -> list[EmailMessage]:
        """The mails to an address, oldest first."""
        found = []
        for path in sorted(self.mail.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            if to in str(mail["To"]):
                found.append(mail)
        return found

    def logs(self) -> str:
        """Everything the processes have logged."""
        return "\n".join(path.read_text(errors="replace") for path in (self.home / "run" / "logs").glob("*"))


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
