"""Keeps one installation running: PostgreSQL and a crew of processes, from `Ready:` until asked to stop."""

import os
import time
from collections.abc import Callable

from local import logfiles
from local.console import Console
from local.crew import Crew
from local.errors import Stopped
from local.home import Home
from local.postgres import Server
from local.process import Process
from local.signals import Signals
from local.watchdog import Watchdog

BEAT_SECONDS = 1.0
TRIM_SECONDS = 30.0

Plan = Callable[[Crew], list[Process]]


class Supervisor:
    """Call it with the installation's lock held."""

    def __init__(self, home: Home, server: Server, public_url: str, *, with_parent: bool) -> None:
        self._home = home
        self._server = server
        self._public_url = public_url
        self._console = Console()
        self._signals = Signals(with_parent=with_parent)
        self._watchdog = Watchdog(last=lambda: Server(home.root).stop())
        self._crew = Crew(home, self._signals, self._console, self._watchdog)

    def run(self, plan: Plan) -> None:
        """Start PostgreSQL, then what `plan` returns; return once everything has stopped.

        `plan` runs with PostgreSQL up and may run errands of the crew first. Raises Refused or ServerFailed,
        with everything stopped, when the start fails.
        """
        logfiles.set_aside(self._home.logs)
        self._watchdog.start()
        try:
            self._start(plan)
            self._keep()
        except Stopped:
            self._console.step("Stopping")
        finally:
            self._stop()

    def _start(self, plan: Plan) -> None:
        self._server.start(self._signals.check)
        self._console.step("PostgreSQL answers")
        self._crew.start(plan(self._crew))
        self._write_roster()
        self._crew.wait_until_ready()
        self._write_roster()
        self._console.say(f"Ready: {self._public_url}")

    def _keep(self) -> None:
        trimmed = time.monotonic()
        while True:
            if self._revive():
                self._write_roster()
            if time.monotonic() - trimmed > TRIM_SECONDS:
                logfiles.trim(self._home.logs)
                trimmed = time.monotonic()
            self._signals.pause(BEAT_SECONDS)

    def _revive(self) -> bool:
        self._watchdog.check()
        changed = not self._server.is_alive()
        if changed:
            self._console.step("PostgreSQL has ended; it starts again")
            self._server.start(self._signals.check)
            self._console.step("PostgreSQL answers")
        return self._crew.revive() or changed

    def _stop(self) -> None:
        self._crew.stop()
        self._server.stop()
        self._watchdog.stop()
        self._home.processes.unlink(missing_ok=True)
        self._console.step("Stopped")

    def _write_roster(self) -> None:
        self._crew.write_roster(self._home.processes, os.getpid(), self._server.pid, self._public_url)
