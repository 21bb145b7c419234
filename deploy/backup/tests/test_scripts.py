"""The backup's commands, each by itself: what they write, refuse and remove."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from installation import Postgres, run_script

from chassis.check.points import Situation
from chassis.check.upkeep import backup as backup_point
from local.names import SERVICES
from local.postgres import create_database

pytestmark = pytest.mark.long


@pytest.fixture
def server(place: Path, archive: Path) -> Iterator[Postgres]:
    """A server with a database for each service and a row in one of them."""
    found = Postgres(place / "first", durable=False)
    found.start()
    for name in SERVICES:
        create_database(found.superuser_dsn(), name, "owner-password", "app-password")
    found.rows("billing", "create table kept as select 1 as number")
    yield found
    found.stop()


@pytest.fixture
def backups(place: Path) -> Path:
    """Where backups lie."""
    return place / "backups"


def test_a_backup_is_verified_private_and_counts_as_one(server: Postgres, place: Path, backups: Path) -> None:
    done = run_script(place, "backup", str(backups), server=server)
    assert done.returncode == 0, done.stderr
    [folder] = backups.iterdir()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["kind"] == "base"
    assert datetime.fromisoformat(manifest["verified_at"]) > datetime(2020, 1, 1, tzinfo=UTC)
    assert folder.stat().st_mode & 0o077 == 0
    [point] = backup_point(Situation("toy", None, {"BACKUP_DIR": str(backups)}))
    assert point.state == "ok", point

    (folder / "data" / "global" / "pg_control").write_bytes(b"something else")
    verified = run_script(place, "verify", str(folder))
    assert verified.returncode == 1
    assert "is NOT whole" in verified.stderr
    assert run_script(place, "restore", str(folder), str(place / "new")).returncode == 1
    assert not (place / "new").exists()


def test_a_backup_made_without_verification_is_verified_later(server: Postgres, place: Path, backups: Path) -> None:
    assert run_script(place, "backup", "--no-verify", str(backups), server=server).returncode == 0
    situation = Situation("toy", None, {"BACKUP_DIR": str(backups)})
    assert [point.why.endswith("was not verified") for point in backup_point(situation)] == [True]
    [folder] = backups.iterdir()
    assert run_script(place, "verify", str(folder)).stdout == f"{folder} is whole.\n"
    assert [point.state for point in backup_point(situation)] == ["ok"]


def test_old_backups_go_but_never_the_newest(server: Postgres, place: Path, backups: Path) -> None:
    for name in ("20200101T000000Z-base", "20200102T000000Z-dump", "not-ours"):
        (backups / name).mkdir(parents=True)
        kind = name.rpartition("-")[2]
        (backups / name / "manifest.json").write_text(f'{{\n  "kind": "{kind}",\n  "verified_at": "x"\n}}\n')
        os.utime(backups / name / "manifest.json", (0, 0))
    assert run_script(place, "backup", "--keep", "7", str(backups), server=server).returncode == 0
    left = sorted(path.name for path in backups.iterdir())
    assert left[:1] == ["20200102T000000Z-dump"]
    assert left[2:] == ["not-ours"]
    for path in backups.glob("*-base/manifest.json"):
        os.utime(path, (0, 0))
    assert run_script(place, "backup", "--dump", "--keep", "7", str(backups), server=server).returncode == 0
    assert [path for path in backups.iterdir() if path.name.endswith("-base")]


def test_one_service_comes_back_from_a_dump(server: Postgres, place: Path, backups: Path) -> None:
    done = run_script(place, "backup", "--dump", str(backups), server=server)
    assert done.returncode == 0, done.stderr
    [folder] = backups.iterdir()
    assert {path.name for path in folder.glob("*.dump")} == {f"{name}.dump" for name in SERVICES}
    server.rows("billing", "update kept set number = 2")
    assert run_script(place, "restore", str(folder), "--dump", "billing", server=server).returncode == 0
    assert server.rows("billing", "select number from kept") == [(1,)]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["backup"], "where to?"),
        (["backup", "--keep", "some", "x"], "--keep takes a number of days"),
        (["backup", "--frobnicate"], "there is no option"),
        (["verify"], "which?"),
        (["verify", "/nowhere"], "holds no backup"),
        (["restore"], "which backup?"),
        (["restore", "/nowhere", "/nowhere/else"], "holds no backup"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_makes_no_sense_is_refused_with_a_sentence(place: Path, arguments: list[str], why: str) -> None:
    done = run_script(place, *arguments)
    assert done.returncode == 1
    assert why in done.stderr


def test_nothing_is_overwritten(server: Postgres, place: Path, backups: Path) -> None:
    assert run_script(place, "backup", str(backups), server=server).returncode == 0
    [folder] = backups.iterdir()
    (place / "full").mkdir()
    (place / "full" / "file").write_text("mine")
    done = run_script(place, "restore", str(folder), str(place / "full"))
    assert (done.returncode, "is not empty" in done.stderr) == (1, True)
    assert [path.name for path in (place / "full").iterdir()] == ["file"]


def test_a_server_that_is_away_leaves_nothing_behind(place: Path, backups: Path) -> None:
    done = run_script(place, "backup", str(backups), server=Postgres(place / "nobody"))
    assert done.returncode != 0
    assert list(backups.iterdir()) == []
