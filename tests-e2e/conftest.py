"""One system for all stories that leave it as they found it; a story that breaks things gets its own."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from world.person import Town
from world.system import System

SETTINGS = {
    "SIGN_IN_LIMIT": "100000/minute",
    "ORGANIZATION_LIMIT": "1000000/minute",
    "REFRESH_GRACE_SECONDS": "2",
}
"""One machine plays hundreds of people: the limits are another test's."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All stories play in one process of a parallel run, so that they share one system."""
    for item in items:
        if "tests-e2e" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("stories"))


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system, started once."""
    home = tmp_path_factory.mktemp("home")
    _open_to_postgres(home)
    found = System(home, **SETTINGS)
    found.start()
    yield found
    assert found.stop() == 0


@pytest.fixture
def own_system(tmp_path: Path) -> Iterator[Callable[..., System]]:
    """Makes a system nobody else uses, to be killed."""
    made: list[System] = []

    def make(**settings: str) -> System:
        _open_to_postgres(tmp_path)
        made.append(System(tmp_path / "home", **{**SETTINGS, **settings}))
        made[-1].start()
        return made[-1]

    yield make
    for found in made:
        found.stop()


@pytest.fixture
def town(system: System) -> Town:
    """Where people come from."""
    return Town(system)


def _open_to_postgres(path: Path) -> None:
    """Let the user PostgreSQL runs as (when we are root) reach its data below pytest's private folders."""
    if os.geteuid() == 0:
        for folder in (path, *path.parents):
            if folder != Path("/"):
                folder.chmod(folder.stat().st_mode | 0o011)
