"""A database that was in use before: what its upgrade makes of the rows there are."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from chassis.testing.older import Older
from notifications.app import SERVICE

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


@pytest.fixture
def before_wishes() -> Iterator[Older]:
    """As it was before people could wish by category, with a message of each kind."""
    found = Older(SERVICE, f"notifications_{new_id().hex[-8:]}", "0004")
    kinds = ("message", "enrollment_completed", "invitation", "invoice_issued")
    found.write(MESSAGE, *({"organization": new_id(), "kind": kind} for kind in kinds))
    yield found
    found.close()


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
