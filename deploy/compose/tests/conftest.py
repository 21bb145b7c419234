"""docker-compose.yml with a fresh .env, as plain data."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from world.compose.interpolation import interpolate
from world.compose.reader import dotenv

ROOT = Path(__file__).parents[3]
MAKE_ENV = ROOT / "deploy" / "compose" / "make-env"

Services = Mapping[str, dict[str, Any]]


@pytest.fixture(scope="session")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a fresh .env says."""
    file = tmp_path_factory.mktemp("compose") / ".env"
    subprocess.run([str(MAKE_ENV), str(file)], check=True, capture_output=True)
    return dotenv(file.read_text())


@pytest.fixture(scope="session")
def compose(variables: dict[str, str]) -> dict[str, Any]:
    """The whole file, its variables filled in."""
    told: dict[str, Any] = interpolate(yaml.safe_load((ROOT / "docker-compose.yml").read_text()), variables)
    return told


@pytest.fixture(scope="session")
def services(compose: dict[str, Any]) -> Services:
    """Every container, by name."""
    found: Services = compose["services"]
    return found


@pytest.fixture(scope="session")
def serving(services: Services) -> Services:
    """The containers that read settings at their start: webs, workers, the gateway."""
    commands = ("web", "worker", "authorize")
    return {
        name: each for name, each in services.items() if each.get("command", [])[1:] and each["command"][1] in commands
    }
