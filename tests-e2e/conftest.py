"""One system for all stories; those that break it come last, and leave it well.

``--world production`` plays them on what docker-compose.yml describes (world/production.py) instead of ``make up``.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from world import guests
from world.compose import requirements
from world.person import Town
from world.production import Production
from world.system import System, eventually

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

READY_SECONDS = 120.0

REPLICAS = {"programs": 2, "billing-worker": 2}
"""Every story of the production world is also one about two webs and two workers."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which world the stories play in."""
    parser.addoption("--world", choices=("local", "production"), default="local", help="of tests-e2e (default: local)")
    parser.addoption("--guest", type=Path, metavar="FOLDER", help="whom to wait for before the world is broken")
    parser.addoption("--host", type=Path, metavar="FOLDER", help="whose production world to play in")


def pytest_configure(config: pytest.Config) -> None:
    """The mark of what only the production world can show."""
    config.addinivalue_line("markers", "production: needs the whole of docker-compose.yml running")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Who shares the system plays in one process of a parallel run; another file of long tests is a group of its own.

    Marked here: pytest-xdist has read the marks before any conftest's ``pytest_collection_modifyitems`` runs.
    """
    if "system" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("stories"))
    elif item.get_closest_marker("long"):
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What breaks the system comes last."""
    items.sort(
        key=lambda item: "breakable" in getattr(item, "fixturenames", ()) or item.path.name.startswith("test_breaking")
    )


@pytest.fixture(scope="session")
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System | Production]:
    """The whole system, started once."""
    if request.config.getoption("--world") == "production":
        yield request.getfixturevalue("production")
        return
    found = _local(tmp_path_factory.mktemp("home"))
    found.start()
    yield found
    assert found.stop() == 0


@pytest.fixture(scope="session")
def production(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """The whole system as docker-compose.yml describes it, started once."""
    _require()
    host, guest = request.config.getoption("--host"), request.config.getoption("--guest")
    if host:
        yield guests.visit(host)
        return
    found = Production(tmp_path_factory.mktemp("production"), REPLICAS, **SETTINGS)
    found.start()
    if guest:
        guests.invite(guest, found)
    yield found
    if guest:
        guests.wait_until_left(guest)
    assert found.stop() == 0, "everything ended by itself when it was asked to"


@pytest.fixture(scope="session")
def alone(request: pytest.FixtureRequest, production: Production) -> Production:
    """The whole system, when nobody else plays in it any more: it may be broken."""
    if guest := request.config.getoption("--guest"):
        guests.wait_until_left(guest)
    return production


@pytest.fixture
def breakable(system: System) -> Iterator[System]:
    """The system, to be killed: whoever comes next finds it well again."""
    yield system
    eventually(lambda: _is_ready(system), "all that was killed is ready again", READY_SECONDS)


@pytest.fixture
def town(system: System | Production) -> Town:
    """Where people come from."""
    return Town(system)


def _local(home: Path) -> System:
    """Let the user PostgreSQL runs as (when we are root) reach its data below pytest's private folders."""
    if os.geteuid() == 0:
        home.mkdir(exist_ok=True)
        for folder in (home, *home.parents):
            if folder != Path("/"):
                folder.chmod(folder.stat().st_mode | 0o011)
    return System(home, **SETTINGS)


def _is_ready(system: System) -> bool:
    try:
        return requests.get(f"{system.url}/readyz", timeout=10).ok
    except requests.RequestException:
        return False


def _require() -> None:
    """CI has what the production world needs; elsewhere its tests say what is missing."""
    missing = requirements.missing()
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"the production world needs {', '.join(missing)}")
    if missing:
        pytest.skip(f"the production world needs {', '.join(missing)}")
