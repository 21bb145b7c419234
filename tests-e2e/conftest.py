"""One system for all stories that leave it as they found it; a story that breaks things gets its own.

``--world production`` plays them on what docker-compose.yml describes (world/production.py) instead of ``make up``.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from world.compose import requirements
from world.person import Town
from world.production import Production
from world.system import System

SETTINGS = {
    "SIGN_IN_LIMIT": "100000/minute",
    "ORGANIZATION_LIMIT": "1000000/minute",
    "REFRESH_GRACE_SECONDS": "2",
    # Where this machine is, in either world: the receivers of the stories run here.
    "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.1/32,198.18.0.0/15",
    "CLOSE_MONTH_AFTER_DAYS": "90",
    "BANK_ACCOUNT": "Ufadhili|Example Bank, Nairobi|Account 0000 0000 00",
}
"""One machine plays hundreds of people: the limits are another test's. Months end when a story says so."""

REPLICAS = {"programs": 2, "billing-worker": 2}
"""Every story of the production world is also one about two webs and two workers."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which world the stories play in."""
    parser.addoption("--world", choices=("local", "production"), default="local", help="of tests-e2e (default: local)")


def pytest_configure(config: pytest.Config) -> None:
    """The mark of what only the production world can show."""
    config.addinivalue_line("markers", "production: needs the whole of docker-compose.yml running")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Who shares the system plays in one process of a parallel run; a file of long tests is a group of its own.

    Marked here: pytest-xdist has read the marks before any conftest's ``pytest_collection_modifyitems`` runs.
    """
    if item.get_closest_marker("long"):
        item.add_marker(pytest.mark.xdist_group(item.path.stem))
    elif "system" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("stories"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What breaks the system comes last."""
    items.sort(key=lambda item: item.path.name.startswith("test_breaking"))


@pytest.fixture(scope="session")
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System | Production]:
    """The whole system, started once."""
    if request.config.getoption("--world") == "production":
        yield request.getfixturevalue("production")
        return
    found = _local(tmp_path_factory.mktemp("home"), {})
    found.start()
    yield found
    assert found.stop() == 0


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """The whole system as docker-compose.yml describes it, started once."""
    _require()
    found = Production(tmp_path_factory.mktemp("production"), REPLICAS, **SETTINGS)
    found.start()
    yield found
    assert found.stop() == 0, "everything ended by itself when it was asked to"


@pytest.fixture
def own_system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., System | Production]]:
    """Makes a system nobody else uses, to be killed."""
    made: list[System | Production] = []

    def make(**settings: str) -> System | Production:
        if request.config.getoption("--world") == "production":
            _require()
            made.append(Production(tmp_path / "home", **{**SETTINGS, **settings}))
        else:
            made.append(_local(tmp_path / "home", settings))
        made[-1].start()
        return made[-1]

    yield make
    for found in made:
        found.stop()


@pytest.fixture
def town(system: System | Production) -> Town:
    """Where people come from."""
    return Town(system)


def _local(home: Path, settings: dict[str, str]) -> System:
    """Let the user PostgreSQL runs as (when we are root) reach its data below pytest's private folders."""
    if os.geteuid() == 0:
        home.mkdir(exist_ok=True)
        for folder in (home, *home.parents):
            if folder != Path("/"):
                folder.chmod(folder.stat().st_mode | 0o011)
    return System(home, **{**SETTINGS, **settings})


def _require() -> None:
    """CI has what the production world needs; elsewhere its tests say what is missing."""
    missing = requirements.missing()
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"the production world needs {', '.join(missing)}")
    if missing:
        pytest.skip(f"the production world needs {', '.join(missing)}")
