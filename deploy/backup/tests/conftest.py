"""A PostgreSQL that archives its log, as production's does; the local one has no use for that."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.postgres import cluster
from local.postgres.account import account


@pytest.fixture
def place() -> Iterator[Path]:
    """A short folder that PostgreSQL's own account can reach."""
    path = Path(tempfile.mkdtemp(prefix="ufadhili-backup-", dir="/tmp"))
    account().let_through(path / "anything")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def archive(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Servers started from here on send their log to this folder, and may be copied while they run."""
    folder = place / "wal"
    account().own(folder)
    settings = {
        "wal_level": "replica",
        "max_wal_senders": "4",
        "archive_mode": "on",
        "archive_command": f"test ! -f {folder}/%f && cp %p {folder}/%f",
    }
    for name, value in settings.items():
        monkeypatch.setitem(cluster.SETTINGS, name, value)
    monkeypatch.setattr(cluster, "ACCESS", f"local replication {cluster.SUPERUSER} peer map=keepers\n{cluster.ACCESS}")
    return folder


def pytest_itemcollected(item: pytest.Item) -> None:
    """In a parallel run one process does all of these: each is heavy."""
    item.add_marker(pytest.mark.xdist_group("backup"))
