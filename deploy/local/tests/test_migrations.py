"""A warm start skips migrations only while nothing about them has changed."""

from pathlib import Path

import pytest

from local import migrations
from local.home import Home


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service with one revision, and a chassis, in place of the real ones."""
    for name in ("billing", "chassis"):
        (tmp_path / name / "src" / name).mkdir(parents=True)
    (tmp_path / "billing" / "migrations").mkdir()
    (tmp_path / "billing" / "migrations" / "0001_invoices.py").write_text("upgrade = 1")
    monkeypatch.setattr(migrations, "SERVICES", ("billing",))
    monkeypatch.setattr(migrations, "_package", lambda name: tmp_path / name / "src" / name)
    return tmp_path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.postgres.mkdir(parents=True)
    return home


def test_they_are_remembered_with_the_data_they_were_applied_to(packages: Path, home: Home) -> None:
    assert not migrations.are_applied(home)
    migrations.remember(home)
    assert migrations.are_applied(home)


@pytest.mark.parametrize(
    "file", ["billing/migrations/0001_invoices.py", "billing/migrations/0002_more.py", "chassis/src/chassis/migrate.py"]
)
def test_any_change_makes_them_run_again(packages: Path, home: Home, file: str) -> None:
    migrations.remember(home)
    (packages / file).write_text("upgrade = 2")
    assert not migrations.are_applied(home)
