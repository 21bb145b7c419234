"""What the tests of compose and of Kubernetes both ask of the code: whom it calls, what it reads."""

import importlib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from chassis.check import secrets
from chassis.settings import SERVICE_NAMES, read_environment
from gateway.settings import Settings as GatewaySettings

ROOT = Path(__file__).parents[1]

_TOLD = re.compile(r'service_urls\["(\w+)"\]')
_ANSWERS_WITH_OWN_KEYS = "identity"


@pytest.fixture(scope="session")
def calls() -> set[tuple[str, str]]:
    """(service, whom its code calls), by the addresses it takes from its settings."""
    found = {("edge", "gateway"), *(("edge", name) for name in SERVICE_NAMES)}
    found |= {("gateway", name) for name in SERVICE_NAMES}  # decisions of two, readiness of all
    for name in SERVICE_NAMES:
        code = "\n".join(file.read_text() for file in (ROOT / "services" / name / "src").rglob("*.py"))
        found |= {(name, callee) for callee in _TOLD.findall(code)}
        found |= {(name, "renderer")} if "settings.renderer_url" in code else set()
        # The chassis verifies tokens with the keys identity publishes.
        found |= {(name, "identity")} if name != _ANSWERS_WITH_OWN_KEYS else set()
        # The sandbox's webhooks come back to the service itself.
        found |= {(name, name)} if f'["service_urls"]["{name}"]' in code else set()
    return found


class _Recording(dict[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(variables)
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


Start = Callable[[str, Mapping[str, str]], set[str]]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Read the settings of a process as its start does, from these variables alone.

    Returns the variables that were asked for; fails as the start would, naming what is missing, bad or a weak secret.
    """

    def read(module: str, variables: Mapping[str, str]) -> set[str]:
        settings: Any = GatewaySettings
        if module != "gateway":
            settings = importlib.import_module(f"{module}.app").SERVICE.settings
        recording = _Recording(variables)
        monkeypatch.setattr(os, "environ", recording)
        try:
            read_environment(settings.read)
        finally:
            monkeypatch.undo()
        if weak := secrets.problems(variables, settings.secrets, module):
            pytest.fail(f"{module} refuses to start: {weak}")
        return recording.asked

    return read
