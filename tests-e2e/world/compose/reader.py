"""docker-compose.yml, read strictly: what is not understood is refused, never left out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from world.compose import parts
from world.compose.interpolation import Unknown, interpolate
from world.compose.model import Condition, Project, Restart, Service

OURS = "ufadhili"
_IGNORED = {
    "cap_add", "cap_drop", "container_name", "cpus", "deploy", "expose", "init", "labels", "logging", "mem_limit",
    "mem_reservation", "pids_limit", "platform", "pull_policy", "security_opt", "shm_size", "ulimits",
}  # fmt: skip
"""What needs an engine, or says nothing about how the process runs (``deploy`` is looked into for its replicas)."""

_KNOWN = _IGNORED | {
    "build", "command", "depends_on", "entrypoint", "environment", "healthcheck", "hostname", "image", "networks",
    "ports", "profiles", "read_only", "restart", "scale", "stop_grace_period", "stop_signal", "tmpfs", "user",
    "volumes", "working_dir",
}  # fmt: skip


def read(path: Path, variables: Mapping[str, str]) -> Project:
    """The project a file describes, its variables filled in. Raises Unknown."""
    told = interpolate(yaml.safe_load(path.read_text()), variables)
    parts.only(path.name, told, {"name", "services", "networks", "volumes"})
    volumes, declared = set(told.get("volumes") or {}), networks(path)
    services = {
        name: _service(name, given, path.parent, volumes, set(declared)) for name, given in told["services"].items()
    }
    for service in services.values():
        _check(service, services)
    return Project(told.get("name", path.parent.name), services, declared, tuple(sorted(volumes)))


def networks(path: Path) -> tuple[str, ...]:
    """The networks a file declares, before its variables are known."""
    return tuple(sorted({"default", *(yaml.safe_load(path.read_text()).get("networks") or {})}))


def dotenv(text: str) -> dict[str, str]:
    """The variables of an ``.env`` file."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    pairs = [line.partition("=")[::2] for line in lines]
    return {name.strip(): value.strip().strip("'\"") for name, value in pairs}


def _service(name: str, given: dict[str, Any], root: Path, volumes: set[str], declared: set[str]) -> Service:
    parts.only(name, given, _KNOWN)
    build = given.get("build")
    joined = tuple(given.get("networks") or ("default",))
    if unknown := set(joined) - declared:
        raise Unknown(f"{name}: the network {', '.join(unknown)} is not declared")
    return Service(
        name=name,
        image=given.get("image", ""),
        build_target=build.get("target") if isinstance(build, dict) else None,
        is_ours=build is not None or given.get("image", "").partition(":")[0].rpartition("/")[2] == OURS,
        entrypoint=parts.words(given.get("entrypoint")),
        command=parts.words(given.get("command")),
        environment=parts.environment(given.get("environment")),
        depends_on=parts.depends_on(given.get("depends_on")),
        healthcheck=parts.healthcheck(given.get("healthcheck")),
        restart=Restart(given.get("restart", "no")),
        stop_signal=given.get("stop_signal", ""),
        stop_seconds=parts.seconds(given.get("stop_grace_period", "10s")),
        mounts=tuple(parts.mount(each, root, volumes) for each in given.get("volumes") or ()),
        tmpfs=tuple(_listed(given.get("tmpfs"))),
        ports=tuple(map(parts.port, given.get("ports") or ())),
        networks=joined,
        hostname=given.get("hostname", ""),
        user=str(given.get("user", "")),
        working_dir=given.get("working_dir", ""),
        read_only=bool(given.get("read_only")),
        replicas=_replicas(given),
        profiles=tuple(given.get("profiles") or ()),
    )


def _replicas(given: dict[str, Any]) -> int:
    deploy = given.get("deploy") or {}
    parts.only("deploy", deploy, {"replicas", "resources"})
    return int(given.get("scale", deploy.get("replicas", 1)))


def _listed(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())


def _check(service: Service, services: Mapping[str, Service]) -> None:
    """What a service waits for must be there, and able to come about."""
    for name, condition in service.depends_on.items():
        if name not in services:
            raise Unknown(f"{service.name} depends on {name}, which is not there")
        # What health is looked at may stand in the image, which nobody has here.
        check = services[name].healthcheck
        if condition is Condition.HEALTHY and not (check.test if check else services[name].is_ours):
            raise Unknown(f"{service.name} waits for the health of {name}, which has no health check")
