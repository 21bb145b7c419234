"""The parts of a service that have several ways to be written."""

import re
import shlex
from pathlib import Path
from typing import Any

from world.compose.interpolation import Unknown
from world.compose.model import Condition, Healthcheck, Mount, Port

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?")


def only(what: str, given: dict[str, Any], known: set[str]) -> None:
    """Refuse keys nobody here has heard of."""
    strange = {key for key in given if not key.startswith("x-")} - known
    if strange:
        raise Unknown(f"{what}: {', '.join(sorted(strange))} is not understood")


def seconds(given: str | float) -> float:
    """``1m30s``, ``500ms``."""
    found = _DURATION.fullmatch(str(given))
    if not found or not any(found.groups()):
        raise Unknown(f"{given!r} is no duration")
    hours, minutes, whole, milli = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + whole + milli / 1000


def words(given: Any) -> tuple[str, ...]:
    """A command as a list, or as a line which is split as a shell splits it."""
    return tuple(shlex.split(given)) if isinstance(given, str) else tuple(map(_text, given or ()))


def environment(given: Any) -> dict[str, str]:
    """A mapping, or a list of NAME=value. A name without a value would be taken from the caller: refused."""
    pairs = given.items() if isinstance(given, dict) else [str(each).split("=", 1) for each in given or ()]
    found = {}
    for name, *value in pairs:
        if value in ([], [None]):
            raise Unknown(f"environment: {name} has no value")
        found[name] = _text(value[0])
    return found


def depends_on(given: Any) -> dict[str, Condition]:
    """A list of names, or name to condition."""
    if isinstance(given, list):
        return dict.fromkeys(given, Condition.STARTED)
    found = {}
    for name, how in (given or {}).items():
        only(f"depends_on {name}", how, {"condition", "restart", "required"})
        found[name] = Condition(how["condition"])
    return found


def healthcheck(given: dict[str, Any] | None) -> Healthcheck | None:
    """With Docker's defaults. None when nothing is said of it."""
    if given is None:
        return None
    only("healthcheck", given, {"test", "interval", "timeout", "retries", "start_period", "start_interval", "disable"})
    test = ["NONE"] if given.get("disable") else given["test"]
    kind, *rest = ("CMD-SHELL", test) if isinstance(test, str) else test
    if kind not in ("CMD", "CMD-SHELL", "NONE"):
        raise Unknown(f"healthcheck: {kind} is not understood")
    return Healthcheck(
        test=("/bin/sh", "-c", *rest) if kind == "CMD-SHELL" else tuple(map(_text, rest)),
        interval=seconds(given.get("interval", "30s")),
        timeout=seconds(given.get("timeout", "30s")),
        retries=int(given.get("retries", 3)),
        start_period=seconds(given.get("start_period", "0s")),
        start_interval=seconds(given.get("start_interval", "5s")),
    )


def mount(given: Any, root: Path, volumes: set[str]) -> Mount:
    """``volume:/path``, ``./file:/path:ro``, or the long form."""
    if isinstance(given, dict):
        only("volumes", given, {"type", "source", "target", "read_only"})
        source, target, flags = given["source"], given["target"], "ro" if given.get("read_only") else ""
        if given["type"] not in ("bind", "volume"):
            raise Unknown(f"volumes: {given['type']} is not understood")
    else:
        source, target, flags = ([*given.split(":"), ""])[:3]
    if not target.startswith("/") or flags not in ("", "ro", "rw"):
        raise Unknown(f"volumes: {given} is not understood")
    if source in volumes:
        return Mount(target, volume=source, read_only=flags == "ro")
    if not source.startswith((".", "/")):
        raise Unknown(f"volumes: {source} is not declared")
    path = (root / source).resolve()
    if not path.exists():
        raise Unknown(f"volumes: {path} does not exist")
    return Mount(target, path, read_only=flags == "ro")


def port(given: Any) -> Port:
    """``443:8443`` or ``127.0.0.1:443:8443``."""
    if isinstance(given, dict):
        only("ports", given, {"published", "target", "host_ip", "protocol", "mode"})
        return Port(int(given["published"]), int(given["target"]))
    parts = str(given).split(":")
    if len(parts) not in (2, 3) or not all(part.isdecimal() for part in parts[-2:]):
        raise Unknown(f"ports: {given} is not understood")
    return Port(int(parts[-2]), int(parts[-1]))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        raise Unknown(f"{value} is written without quotes: Compose refuses it or guesses")
    if not isinstance(value, str | int | float):
        raise Unknown(f"{value!r} is no text")
    return str(value)
