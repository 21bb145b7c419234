"""A migration meets the rows that are there, although row-level security holds for the tables' owner, too."""

from pathlib import Path

import psycopg
import pytest

from chassis import migrate
from chassis.testing import cluster

NAME = "toy_migrated"
FIRST = """
from alembic import op

from chassis.migrations import protect

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("create table notes (id uuid primary key, organization_id uuid not null, text text not null)")
    protect(op, "notes")
    op.execute("insert into notes values (gen_random_uuid(), gen_random_uuid(), 'written before')")
"""
SECOND = """
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("update notes set text = 'read since'")
"""


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text("from chassis.migrate import run\n\nrun()\n")
    (tmp_path / "versions" / "0001.py").write_text(FIRST)
    return tmp_path


def test_a_migration_finds_every_organizations_rows(migrations: Path) -> None:
    cluster().create(NAME)
    url = cluster().url(NAME, f"{NAME}_owner")
    migrate.upgrade(migrations, url)
    (migrations / "versions" / "0002.py").write_text(SECOND)
    migrate.upgrade(migrations, url)
    with psycopg.connect(cluster().server.superuser_dsn(NAME)) as connection:
        assert connection.execute("select text from notes").fetchall() == [("read since",)]
