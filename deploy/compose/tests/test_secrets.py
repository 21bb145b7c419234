"""Secrets are made fresh, kept from others, and each is told to those who use it."""

import re
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from world.compose.reader import dotenv

from chassis.settings import SERVICE_NAMES

ROOT = Path(__file__).parents[3]
MAKE_ENV = ROOT / "deploy" / "compose" / "make-env"
VARIABLE = re.compile(r"\$\{(\w+)(?::?([?-])([^}]*))?\}")
Services = Mapping[str, dict[str, Any]]


def _make(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(MAKE_ENV), str(file)], capture_output=True, text=True, check=False)


def _users() -> dict[str, set[str]]:
    """Who may know which secret of .env."""
    workers = {f"{name}-worker" for name in SERVICE_NAMES}
    users = {
        "POSTGRES_PASSWORD": {"postgres"},
        "RABBITMQ_PASSWORD": {"rabbitmq", *workers},
        "REDIS_PASSWORD": {"redis", "gateway"},
        "GRAFANA_PASSWORD": set(),  # stands beside the system
        "GATEWAY_CLIENT_SECRET": {"gateway", "identity"},
    }
    for name in SERVICE_NAMES:
        both = {name, f"{name}-worker"}
        users[f"{name.upper()}_OWNER_PASSWORD"] = {"postgres", f"{name}-migrate"}
        users[f"{name.upper()}_APP_PASSWORD"] = {"postgres", *both}
        users[f"{name.upper()}_CLIENT_SECRET"] = {"identity", *both}
    return users


def test_each_secret_is_told_to_those_who_use_it_and_to_nobody_else(
    variables: dict[str, str], services: Services
) -> None:
    secrets = {name: value for name, value in variables.items() if name.endswith(("_PASSWORD", "_SECRET"))}
    assert _users() == {
        name: {who for who, each in services.items() if value in repr(each)} for name, value in secrets.items()
    }


def test_a_fresh_env_has_strong_secrets_that_only_its_owner_reads(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert _make(first).returncode == 0
    assert _make(second).returncode == 0
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    made = [
        value
        for file in (first, second)
        for name, value in dotenv(file.read_text()).items()
        if name.endswith(("_PASSWORD", "_SECRET"))
    ]
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in made)
    assert len(set(made)) == len(made)
    assert sorted(tmp_path.iterdir()) == [first, second]


def test_secrets_in_use_are_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("POSTGRES_PASSWORD=of the data\n")
    outcome = _make(file)
    assert outcome.returncode == 1
    assert "is there already" in outcome.stderr
    assert file.read_text() == "POSTGRES_PASSWORD=of the data\n"


def test_the_example_names_every_variable_with_the_default_that_holds() -> None:
    pages = (ROOT / "docker-compose.yml", ROOT / "deploy" / "observability" / "docker-compose.yml")
    asked = VARIABLE.findall("".join(page.read_text() for page in pages))
    needed = {name for name, how, _ in asked if how == "?"}
    defaults = {name: word for name, how, word in asked if how == "-"}
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", "\n".join(lines), re.MULTILINE))

    assert {line.removesuffix("=") for line in lines if re.fullmatch(r"[A-Z_]+=", line)} == needed
    assert set(named) == needed | set(defaults)
    # Trying out is the one thing the example asks for that the page does not do by itself.
    assert {name for name, word in defaults.items() if named[name] != word} == {"PAYMENT_SANDBOX"}
