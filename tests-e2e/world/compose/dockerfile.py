"""What a stage of the Dockerfile says about the process, and nothing about how the image is built."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from world.compose.interpolation import Unknown
from world.compose.model import Healthcheck
from world.compose.parts import healthcheck

_FROM = re.compile(r"FROM\s+(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)


@dataclass
class Stage:
    """The last word of each instruction counts; ``runs`` are the RUN lines."""

    environment: dict[str, str] = field(default_factory=dict)
    user: str = "0:0"
    working_dir: str = "/"
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    stop_signal: str = ""
    healthcheck: Healthcheck | None = None
    runs: list[str] = field(default_factory=list)


def stage(path: Path, name: str) -> Stage:
    """One stage. Raises Unknown when it is not there."""
    stages: dict[str, Stage] = {}
    current = Stage()
    for word, rest in _instructions(path.read_text()):
        if word == "FROM":
            found = _FROM.match(f"FROM {rest}")
            current = Stage()
            stages[found[2] or "" if found else ""] = current
        else:
            _take(current, word, rest)
    if name not in stages:
        raise Unknown(f"{path.name} has no stage {name}")
    return stages[name]


def _take(stage: Stage, word: str, rest: str) -> None:
    match word:
        case "ENV":
            stage.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        case "USER":
            stage.user = rest
        case "WORKDIR":
            stage.working_dir = rest
        case "ENTRYPOINT":
            stage.entrypoint = tuple(json.loads(rest))
        case "CMD":
            stage.command = tuple(json.loads(rest))
        case "STOPSIGNAL":
            stage.stop_signal = rest
        case "HEALTHCHECK":
            stage.healthcheck = _healthcheck(rest)
        case "RUN":
            stage.runs.append(rest)


def _healthcheck(rest: str) -> Healthcheck | None:
    """``--interval=10s --start-period=30s CMD ["true"]``, as the same words in a compose file."""
    options, _, test = rest.partition("CMD ")
    told = dict(each.removeprefix("--").split("=", 1) for each in options.split())
    named = {name.replace("-", "_"): value for name, value in told.items()}
    return healthcheck({**named, "test": ["CMD", *json.loads(test)]})


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n", " ", lines).splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word.upper(), rest.strip()
