"""The production checklist, run as its process: a healthy world passes, and each thing that breaks is told."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chassis.check import upkeep
from chassis.ids import new_id
from chassis.testing import cluster

Check = Callable[..., Any]
Sql = Callable[[str], None]

INBOX = """
insert into inbox (id, type, source, subject, position, data, occurred_at, received_at, state, attempts)
values ('{id}', 'x', '/ufadhili/x', 's', 1, '{{}}', now(), now() - interval '1 hour', '{state}', 1)
"""

OWED = """
insert into outbox (id, type, subject, data, occurred_at) values ('{id}', 'x', 's', '{{}}', now() - interval '1 hour');
insert into outbox_deliveries select 'billing', position from outbox
"""


def test_a_healthy_process_passes_and_every_point_is_told(start: Check, healthy: dict[str, str]) -> None:
    said = start("check", **healthy)
    assert said.failing == []
    assert said.status == 0
    assert {line[6:27].strip() for line in said.out.splitlines()[:-1]} == {
        *("environment", "secrets", "owner role", "public address", "service identity", "renderer", "backup"),
        "client secret",
        *("database", "database role", "database encryption", "migrations", "row-level security", "clock"),
        *("outbox", "inbox", "dead letters", "debugging", "logs", "disk TMPDIR", "disk BACKUP_DIR"),
    }


def test_json_says_the_same(check: Check, healthy: dict[str, str]) -> None:
    said = check("--json", UFADHILI_ENV="local")
    assert said.status == 1
    points = json.loads(said.out)
    assert [point["name"] for point in points if point["state"] == "FAIL"] == ["environment"]
    assert points[0]["do"] == "Set UFADHILI_ENV=production."


@pytest.mark.parametrize(
    ("changes", "point", "why"),
    [
        ({"UFADHILI_ENV": "local"}, "environment", "UFADHILI_ENV is local"),
        ({"DATABASE_OWNER_URL": "postgresql://"}, "owner role", "DATABASE_OWNER_URL is set"),
        ({"PUBLIC_URL": "http://ufadhili.test"}, "public address", "not https"),
        ({"IDENTITY_URL": None}, "service identity", "IDENTITY_URL is not set"),
        ({"BILLING_URL": "http://127.0.0.1:9"}, "service billing", "does not answer (ConnectionError)"),
        ({"CLIENT_SECRET": "Zk391mmQqLw0pTtBv72x"}, "client secret", "identity answers 401"),
        ({"RENDERER_URL": "http://127.0.0.1:9"}, "renderer", "does not answer (ConnectionError)"),
        ({"FLASK_DEBUG": "1"}, "debugging", "FLASK_DEBUG is set"),
        ({"TMPDIR": "/proc"}, "disk TMPDIR", "0 MB free in /proc"),
        ({"BACKUP_DIR": "/proc"}, "backup", "there is none"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_in_the_environment_is_told(
    check: Check, changes: dict[str, str | None], point: str, why: str
) -> None:
    said = check(**changes)
    assert said.status == 1
    assert said.point(point).startswith("FAIL")
    assert why in said.point(point)


@pytest.mark.parametrize(
    ("changes", "point", "why"),
    [
        ({"BACKUP_DIR": None}, "backup", "BACKUP_DIR is not set"),
        ({"LOG_LEVEL": "DEBUG"}, "logs", "LOG_LEVEL is DEBUG"),
        ({"LOG_FORMAT": "text"}, "logs", "LOG_FORMAT is not json"),
    ],
    ids=["BACKUP_DIR", "LOG_LEVEL", "LOG_FORMAT"],
)
def test_what_should_be_looked_at_is_told_and_does_not_fail(
    check: Check, changes: dict[str, str | None], point: str, why: str
) -> None:
    said = check(**changes)
    assert said.point(point).startswith("warn")
    assert why in said.point(point)
    assert said.status == 0


def test_a_neighbour_that_is_not_ready_is_told(check: Check, neighbour: Any) -> None:
    neighbour.status = 503
    assert "answers 503" in check().point("service identity")


def test_a_database_that_is_away_is_told_once_and_the_rest_is_still_looked_at(check: Check) -> None:
    said = check(DATABASE_URL="postgresql+psycopg://toy:vD3xq0ZbT9mKfR7wYc5L@127.0.0.1:9/toy")
    assert [line[6:27].strip() for line in said.failing] == ["database"]
    assert "Connection refused" in said.point("database")
    assert said.point("renderer").startswith("ok")


def test_a_wrong_password_is_told_and_not_shown(check: Check, migrated: str) -> None:
    wrong = "aWrongPasswordOf32Characters1234"
    said = check(DATABASE_URL=cluster().server.url(migrated, f"{migrated}_app", wrong))
    assert "password authentication failed" in said.point("database")
    assert wrong not in said.out + said.err


@pytest.mark.parametrize("might", ["superuser", "bypassrls"])
def test_a_role_that_may_too_much_is_told(check: Check, sql: Sql, migrated: str, might: str) -> None:
    sql(f"alter role {migrated}_app {might}")
    try:
        said = check()
    finally:
        sql(f"alter role {migrated}_app no{might}")
    assert said.point("database role").startswith("FAIL")
    assert might in said.point("database role").lower()
    assert check().status == 0


def test_the_owner_role_is_no_role_to_serve_with(check: Check, sql: Sql, migrated: str) -> None:
    sql(f"grant {migrated}_owner to {migrated}_app")
    try:
        assert "owns tables" in check().point("database role")
    finally:
        sql(f"revoke {migrated}_owner from {migrated}_app")


def test_a_database_behind_the_code_is_told(check: Check, sql: Sql) -> None:
    sql("update alembic_version set version_num = '0000'")
    try:
        said = check()
    finally:
        sql("update alembic_version set version_num = '0001'")
    assert said.point("migrations").startswith("FAIL")
    assert "the database is at 0000, this code at 0001" in said.point("migrations")


def test_a_database_without_tables_is_told(check: Check, sql: Sql, healthy: dict[str, str], migrated: str) -> None:
    sql("create database toy_empty")
    try:
        said = check(DATABASE_URL=healthy["DATABASE_URL"].replace(f"/{migrated}?", "/toy_empty?"))
    finally:
        sql("drop database toy_empty with (force)")
    assert "were never applied" in said.point("migrations")
    assert "protects no table" in said.point("row-level security")
    assert said.status == 1


@pytest.mark.parametrize(
    ("breaks", "mends"),
    [
        ("no force row level security", "force row level security"),
        ("disable row level security", "enable row level security"),
    ],
    ids=["not forced", "disabled"],
)
def test_a_table_without_its_wall_is_named(check: Check, sql: Sql, breaks: str, mends: str) -> None:
    sql(f"alter table notes {breaks}")
    try:
        said = check()
    finally:
        sql(f"alter table notes {mends}")
    assert said.point("row-level security").startswith("FAIL")
    assert "notes" in said.point("row-level security")


@pytest.fixture
def fast_clock(sql: Sql, migrated: str) -> Iterator[None]:
    """The database's clock goes five seconds ahead of ours."""
    sql(
        "create function clock_timestamp() returns timestamptz language sql as "
        "$$ select pg_catalog.clock_timestamp() + interval '5 seconds' $$"
    )
    sql(f"alter role {migrated}_app in database {migrated} set search_path = public, pg_catalog")
    yield
    sql(f"alter role {migrated}_app in database {migrated} reset search_path")
    sql("drop function public.clock_timestamp()")


def test_clocks_that_differ_are_told(check: Check, fast_clock: None) -> None:
    point = check().point("clock")
    assert point.startswith("FAIL")
    assert "5.0 s away from the database's clock" in point


def test_dead_letters_fail_and_a_long_wait_is_told(check: Check, sql: Sql) -> None:
    sql(INBOX.format(id=new_id(), state="dead") + ";" + INBOX.format(id=new_id(), state="pending"))
    try:
        said = check()
    finally:
        sql("delete from inbox")
    assert "1 events were given up" in said.point("dead letters")
    assert said.point("dead letters").startswith("FAIL")
    assert "1 events wait to be handled, the oldest for 36" in said.point("inbox")


def test_events_owed_for_long_are_told(check: Check, sql: Sql) -> None:
    sql(OWED.format(id=new_id()))
    try:
        said = check()
    finally:
        sql("delete from outbox_deliveries; delete from outbox")
    assert said.point("outbox").startswith("warn")
    assert "1 events are owed to billing" in said.point("outbox")


def test_an_old_backup_is_told(check: Check, backup: Path) -> None:
    _rewrite(backup, finished_at=(datetime.now(UTC) - timedelta(hours=27)).isoformat())
    assert "is 27 hours old" in check().point("backup")


def test_a_backup_nobody_verified_is_told(check: Check, backup: Path) -> None:
    _rewrite(backup, verified_at=None)
    assert "was not verified" in check().point("backup")


def test_a_backup_changed_since_is_told(check: Check, backup: Path) -> None:
    (backup.parent / "backup_manifest").write_text("something else")
    assert "another list of files" in check().point("backup")


def test_half_a_manifest_is_no_backup(check: Check, backup: Path) -> None:
    backup.write_text(backup.read_text()[:20])
    assert "there is none" in check().point("backup")


def _rewrite(manifest: Path, **changes: str | None) -> None:
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **changes}))


@pytest.mark.parametrize(
    ("total", "free", "state"), [(64, 64, "ok"), (64, 30, "warn"), (64, 10, "FAIL"), (50_000, 500, "warn")]
)
def test_a_folder_that_is_small_by_intent_need_only_be_empty_enough(
    monkeypatch: pytest.MonkeyPatch, total: int, free: int, state: str
) -> None:
    usage = shutil._ntuple_diskusage(total * 1024**2, (total - free) * 1024**2, free * 1024**2)  # type: ignore[attr-defined]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert upkeep.room("TMPDIR", Path("anywhere")).state == state
