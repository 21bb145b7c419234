"""One process of the stage: started, killed, stopped and asked how it is."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 40


class Child:
    """One process of ours, started again by whoever killed it."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], logs: Path) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self.busy = threading.Lock()
        """Held by the fault that has it down."""
        self._command = [sys.executable, "-m", *command]
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )

    def answers(self) -> bool:
        """Whether it answers to probes."""
        assert self.status is None, f"it ended, see {self.log}"
        try:
            return self.get("/healthz").ok
        except requests.ConnectionError:
            return False

    def get(self, path: str) -> requests.Response:
        """What it answers where probes ask."""
        return requests.get(f"http://127.0.0.1:{self._environment['PORT']}{path}", timeout=10)

    def kill(self) -> None:
        """kill -9, and collect it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        """Ask it to finish what is in hand and end; gives its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(STOP_SECONDS)

    @property
    def pid(self) -> int:
        """Of the process that runs now, or ran last."""
        assert self._process is not None
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        assert self._process is not None
        return self._process.poll()
