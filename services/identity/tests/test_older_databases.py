"""A database that was in use before: what its upgrade makes of the rows there are."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from chassis.ids import new_id
from chassis.testing import cluster
from contracts.rights import NOBODY
from identity.app import SERVICE

SYSTEM = text("select set_config('app.scope', 'system', true)")
ORGANIZATION = text("""
insert into organizations (id, kind, name, slug, currency, time_zone, created_at, updated_at)
values (:id, 'academy', 'School', :id, 'KES', 'Africa/Nairobi', '2026-01-01', '2026-01-01')
""")
INVITATION = text("""
insert into invitations (id, purpose, email, organization_id, student_id, state, expires_at, created_at)
values (:id, 'student', :email, :organization, :student, 'pending', '2026-02-01', :at)
""")


class Older:
    """A database at some revision, which can be brought to the newest."""

    def __init__(self, name: str, revision: str) -> None:
        cluster().create(name)
        self.config = Config()
        self.config.set_main_option("script_location", str(SERVICE.migrations))
        self.config.attributes["url"] = cluster().url(name, f"{name}_owner")
        self.engine = create_engine(self.config.attributes["url"])
        self.upgrade(revision)

    def upgrade(self, revision: str = "head") -> None:
        command.upgrade(self.config, revision)

    def rows(self, statement: str) -> set[tuple[Any, ...]]:
        with self.engine.begin() as connection:
            connection.execute(SYSTEM)
            return {tuple(row) for row in connection.execute(text(statement))}


@pytest.fixture
def first() -> Iterator[Older]:
    """As the first version left it."""
    found = Older("identity_first", "0001")
    yield found
    found.engine.dispose()


def invited(connection: Connection, organization: UUID, student: UUID, day: int) -> None:
    values = {"id": new_id(), "organization": organization, "student": student, "at": f"2026-01-{day:02}"}
    connection.execute(INVITATION, {**values, "email": f"{student}.{day}@example.org"})


def test_who_was_invited_before_introductions_were_kept_is_introduced(first: Older) -> None:
    school, other = new_id(), new_id()
    twice, taken, erased = new_id(), new_id(), new_id()
    with first.engine.begin() as connection:
        connection.execute(SYSTEM)
        for organization in (school, other):
            connection.execute(ORGANIZATION, {"id": organization})
        invited(connection, school, twice, 2)
        invited(connection, other, twice, 3)
        invited(connection, school, taken, 2)
        invited(connection, school, erased, 2)
    first.upgrade("0005")
    with first.engine.begin() as connection:
        # Revision 0002 saw nobody then. Since, another organization has told of one of them, and one was erased.
        connection.execute(text("delete from introductions"))
        told = "insert into introductions values (:student, :by)"
        connection.execute(text(told), [{"student": taken, "by": other}, {"student": erased, "by": NOBODY}])

    first.upgrade()

    assert first.rows("select * from introductions") == {(twice, school), (taken, school), (erased, NOBODY)}
