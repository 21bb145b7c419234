"""Starts the containers of a project in the order their conditions ask for, and keeps them running."""

import signal
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from world.compose import images
from world.compose.container import Container
from world.compose.model import Condition, Project, Restart, Service
from world.compose.network import Network

T = TypeVar("T")
_TICK = 0.03
_HOPELESS = 5
"""Who has been started so often before all were well will not mend itself."""


class NotStarted(Exception):
    """A container does not become what others wait for; the message ends with its last words."""


class Engine:
    """The containers of one project. ``replicas`` overrides how many of a service there are."""

    def __init__(self, project: Project, network: Network, home: Path, replicas: Mapping[str, int]) -> None:
        self.project, self.network, self._home = project, network, home
        self.containers: dict[str, Container] = {}
        names: dict[str, list[tuple[str, str]]] = {}
        for service in (each for each in project.services.values() if not each.profiles):
            for number in range(1, replicas.get(service.name, service.replicas) + 1):
                container = self._make(f"{service.name}-{number}", service)
                for where, address in network.join(container.name, service.networks).items():
                    names.setdefault(where, []).append((service.name, str(address)))
        for container in self.containers.values():
            container.enclose([pair for where in container.service.networks for pair in names[where]])
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def __getstate__(self) -> dict[str, object]:
        """For another process, which may look at the containers and enter them; who runs them is here."""
        return {name: value for name, value in self.__dict__.items() if name not in ("_ending", "_thread")}

    def up(self, seconds: float) -> None:
        """Start everything, or everything that a cut ended; returns when all is healthy or done. Raises NotStarted."""
        if not self._thread.is_alive():
            self._thread.start()
        for container in self.containers.values():
            container.wanted = True
        self.wait(seconds)

    def wait(self, seconds: float) -> None:
        """Return when all that shall run is healthy and every job is done. Raises NotStarted."""
        deadline = time.monotonic() + seconds
        while waiting := [each for each in self.containers.values() if not self._is_well(each)]:
            for each in waiting:
                hopeless = each.health.is_unhealthy or (each.exit_code and each.service.restart is Restart.NO)
                if hopeless or each.starts > _HOPELESS or time.monotonic() > deadline:
                    raise NotStarted(f"{each.name} (of {[one.name for one in waiting]}): {each.last_words()}")
            time.sleep(_TICK)

    def down(self) -> list[str]:
        """Stop everything, dependents first, and remove the networks. Names whoever did not end by itself in time."""
        killed: list[str] = []
        waiting = {each.service.name for each in self.containers.values()}
        while waiting:
            needed = {name for each in waiting for name in self.project.services[each].depends_on}
            free = waiting - needed
            killed += self._stop([each for each in self.containers.values() if each.service.name in free])
            waiting -= free
        self._ending.set()
        self._thread.join()
        self.network.remove()
        return killed

    def of(self, service: str) -> list[Container]:
        """A service's containers."""
        return [each for each in self.containers.values() if each.service.name == service]

    def stop(self, name: str) -> float:
        """``docker stop``: gives the seconds it took."""
        began = time.monotonic()
        self._stop([self.containers[name]])
        return time.monotonic() - began

    def start(self, name: str) -> None:
        """``docker start``; does not wait for its health."""
        self.containers[name].again()

    def kill(self, names: Iterable[str]) -> None:
        """kill -9 of containers' first processes; what their policy says follows."""
        for name in names:
            self.containers[name].signal(signal.SIGKILL)

    def cut(self) -> None:
        """kill -9 of everything at once; nothing starts again before ``up``."""
        for container in self.containers.values():
            container.wanted = False
        while running := [each for each in self.containers.values() if each.is_running]:
            self.kill(each.name for each in running)
            time.sleep(_TICK)

    def inside(self, name: str, act: Callable[[], T]) -> T:
        """What ``act`` gives when its sockets are the container's."""
        return self.network.inside(name, act)

    def _make(self, name: str, service: Service) -> Container:
        space = self.network.namespace(name)
        self.containers[name] = Container(name, service, images.find(service, self._home), space, self._home)
        return self.containers[name]

    def _run(self) -> None:
        while not self._ending.wait(_TICK):
            for container in self.containers.values():
                container.step(self._may_start(container))
        for container in self.containers.values():
            container.signal(signal.SIGKILL)

    def _stop(self, containers: list[Container]) -> list[str]:
        """Ask them all, wait, kill who stays longer than its grace period; names those."""
        killed = set()
        for container in containers:
            container.ask_to_stop()
        began = time.monotonic()
        while running := [each for each in containers if each.is_running]:
            for container in running:
                if time.monotonic() - began > container.service.stop_seconds:
                    killed.add(container.name)
                    container.signal(signal.SIGKILL)
            time.sleep(_TICK)
        return sorted(killed)

    def _may_start(self, container: Container) -> bool:
        """Conditions hold for the first start only, as Docker has it."""
        if container.starts:
            return True
        conditions = container.service.depends_on.items()
        return all(self._holds(each, how) for name, how in conditions for each in self.of(name))

    @staticmethod
    def _holds(container: Container, condition: Condition) -> bool:
        if condition is Condition.COMPLETED:
            return container.is_done
        return container.health.is_healthy if condition is Condition.HEALTHY else container.is_running

    @staticmethod
    def _is_well(container: Container) -> bool:
        return container.is_done if container.service.restart is Restart.NO else container.health.is_healthy
