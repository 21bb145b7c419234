"""What a compose file says, in the words the engine works with. Times are seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Condition(StrEnum):
    """What a service waits for in another before it starts."""

    STARTED = "service_started"
    HEALTHY = "service_healthy"
    COMPLETED = "service_completed_successfully"


class Restart(StrEnum):
    """When a process that ended is started again."""

    NO = "no"
    ON_FAILURE = "on-failure"
    ALWAYS = "always"
    UNLESS_STOPPED = "unless-stopped"


@dataclass(frozen=True)
class Healthcheck:
    """``test`` runs in the container; ``retries`` failures in a row outside ``start_period`` make it unhealthy.

    An empty ``test`` switches the image's own check off.
    """

    test: tuple[str, ...]
    interval: float
    timeout: float
    retries: int
    start_period: float
    start_interval: float


@dataclass(frozen=True)
class Mount:
    """A folder or file of this machine at a path of the container; a volume has a name instead of a source."""

    target: str
    source: Path | None = None
    volume: str = ""
    read_only: bool = False


@dataclass(frozen=True)
class Port:
    """A port of the container published on this machine."""

    published: int
    target: int


@dataclass(frozen=True)
class Service:
    """One service of the file. An empty ``command`` or ``entrypoint`` is the image's."""

    name: str
    image: str
    build_target: str | None
    is_ours: bool
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    environment: Mapping[str, str]
    depends_on: Mapping[str, Condition]
    healthcheck: Healthcheck | None
    restart: Restart
    stop_signal: str
    stop_seconds: float
    mounts: tuple[Mount, ...]
    tmpfs: tuple[str, ...]
    ports: tuple[Port, ...]
    networks: tuple[str, ...]
    hostname: str
    user: str
    working_dir: str
    read_only: bool
    replicas: int
    profiles: tuple[str, ...]


@dataclass(frozen=True)
class Project:
    """The whole file."""

    name: str
    services: Mapping[str, Service]
    networks: tuple[str, ...]
    volumes: tuple[str, ...]
