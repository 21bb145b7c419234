"""Folders, servers and supervisors for these tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.postgres import Server


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short, empty folder directly below /tmp: PostgreSQL's own account must be able to pass its parents."""
    path = Path(tempfile.mkdtemp(prefix="ufadhili-test-", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def kept_folder() -> Iterator[Path]:
    """A folder that tests use one after the other, so that its data folder is made only once."""
    path = Path(tempfile.mkdtemp(prefix="ufadhili-test-", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def own_server(kept_folder: Path) -> Iterator[Server]:
    """A server that a test may kill."""
    server = Server(kept_folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def server(kept_folder: Path) -> Iterator[Server]:
    """A server that the tests of a module share; each makes databases of its own names."""
    server = Server(kept_folder, durable=False)
    server.start()
    yield server
    server.stop()
