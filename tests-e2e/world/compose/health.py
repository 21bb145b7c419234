"""A container's health check, as Docker counts it."""

import subprocess
import time
from typing import TYPE_CHECKING

from world.compose.model import Healthcheck

if TYPE_CHECKING:
    from world.compose.container import Container


class Health:
    """Without a check, who runs is well."""

    def __init__(self, check: Healthcheck | None, container: "Container") -> None:
        self._check, self._container = check if check and check.test else None, container
        self._probe: subprocess.Popen[bytes] | None = None
        self._begun = self._next = self._probed = 0.0
        self._failures = 0
        self.is_healthy = False
        self.is_unhealthy = False

    def __getstate__(self) -> dict[str, object]:
        """For another process, which hears no probe."""
        return {**self.__dict__, "_probe": None}

    def begin(self) -> None:
        """The container has been started."""
        self._begun = time.monotonic()
        self._failures, self.is_unhealthy, self.is_healthy = 0, False, self._check is None
        self._plan()

    def end(self) -> None:
        """The container has ended."""
        self.is_healthy = False
        if self._probe is not None:
            self._probe.kill()
            self._probe.wait()
            self._probe = None

    def step(self) -> None:
        """Start a probe that is due, or hear the one that runs."""
        if self._check is None:
            return
        if self._probe is not None:
            self._hear(self._check)
        elif time.monotonic() >= self._next:
            command = self._container.inside(self._check.test)
            if command is not None:
                self._probed = time.monotonic()
                self._probe = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _hear(self, check: Healthcheck) -> None:
        assert self._probe
        code = self._probe.poll()
        if code is None and time.monotonic() - self._probed < check.timeout:
            return
        if code is None:
            self._probe.kill()
            self._probe.wait()
        self._probe = None
        self._count(check, code == 0)
        self._plan()

    def _count(self, check: Healthcheck, well: bool) -> None:
        if well:
            self._failures, self.is_healthy, self.is_unhealthy = 0, True, False
        elif self.is_healthy or time.monotonic() - self._begun > check.start_period:
            self._failures += 1
            if self._failures >= check.retries:
                self.is_healthy, self.is_unhealthy = False, True

    def _plan(self) -> None:
        if self._check is not None:
            starting = not self.is_healthy and time.monotonic() - self._begun < self._check.start_period
            self._next = time.monotonic() + (self._check.start_interval if starting else self._check.interval)
