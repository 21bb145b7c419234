"""A database that was in use before: what its upgrade makes of the rows there are."""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from chassis.ids import new_id
from chassis.testing import cluster
from notifications.app import SERVICE

SYSTEM = text("select set_config('app.scope', 'system', true)")
MESSAGE = text("""
insert into messages (id, organization_id, kind, channels, format, subject, body, data, recipients, excluded, send_at,
    created_at)
values (gen_random_uuid(), :organization, :kind, '{email}', 'text', 'S', 'B', '{}', 1, 0, '2026-01-01', '2026-01-01')
""")
TEMPLATE = text("""
insert into templates (id, organization_id, name, format, subject, body, variables, created_at)
values (gen_random_uuid(), :organization, 'Monday', 'text', 'S', 'B', '{}', '2026-01-01')
""")
CATEGORIES = {
    ("message", "messages"), ("enrollment_completed", "progress"), ("invitation", "service"),
    ("invoice_issued", "service"),
}  # fmt: skip


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

    def write(self, statement: Any, *values: dict[str, Any]) -> None:
        with self.engine.begin() as connection:
            connection.execute(SYSTEM)
            connection.execute(statement, list(values) or None)

    def rows(self, statement: str) -> set[tuple[Any, ...]]:
        with self.engine.begin() as connection:
            connection.execute(SYSTEM)
            return {tuple(row) for row in connection.execute(text(statement))}


@pytest.fixture
def before_wishes() -> Iterator[Older]:
    """As it was before people could wish by category, with a message of each kind."""
    found = Older(f"notifications_{new_id().hex[-8:]}", "0004")
    kinds = ("message", "enrollment_completed", "invitation", "invoice_issued")
    found.write(MESSAGE, *({"organization": new_id(), "kind": kind} for kind in kinds))
    yield found
    found.engine.dispose()


def test_messages_get_the_category_of_their_kind_and_templates_a_first_version(before_wishes: Older) -> None:
    before_wishes.write(TEMPLATE, {"organization": new_id()})

    before_wishes.upgrade()

    assert before_wishes.rows("select kind, category from messages") == CATEGORIES
    versions = "select name, t.version, v.body from templates t join template_versions v on v.template_id = t.id"
    assert before_wishes.rows(versions) == {("Monday", 1, "B")}


def test_whose_messages_an_earlier_upgrade_did_not_see_get_theirs(before_wishes: Older) -> None:
    before_wishes.upgrade("0005")
    # As that revision left them while it said nothing of whom it worked for.
    before_wishes.write(text("update messages set category = 'messages'"))

    before_wishes.upgrade()

    assert before_wishes.rows("select kind, category from messages") == CATEGORIES
