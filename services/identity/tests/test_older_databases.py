"""A database that was in use before: what its upgrade makes of the rows there are."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from chassis.testing.older import Older
from contracts.rights import NOBODY
from identity.app import SERVICE

ORGANIZATION = text("""
insert into organizations (id, kind, name, slug, currency, time_zone, created_at, updated_at)
values (:id, 'academy', 'School', :id, 'KES', 'Africa/Nairobi', '2026-01-01', '2026-01-01')
""")
INVITATION = text("""
insert into invitations (id, purpose, email, organization_id, student_id, state, expires_at, created_at)
values (:id, 'student', :email, :organization, :student, 'pending', '2026-02-01', :at)
""")
TOLD = text("insert into introductions values (:student, :by)")


@pytest.fixture
def first() -> Iterator[Older]:
    """As the first version left it."""
    found = Older(SERVICE, "identity_first", "0001")
    yield found
    found.close()


def invited(older: Older, organization: UUID, student: UUID, day: int) -> None:
    values = {"id": new_id(), "organization": organization, "student": student, "at": f"2026-01-{day:02}"}
    older.write(INVITATION, {**values, "email": f"{student}.{day}@example.org"})


def test_who_was_invited_before_introductions_were_kept_is_introduced(first: Older) -> None:
    school, other = new_id(), new_id()
    twice, taken, erased = new_id(), new_id(), new_id()
    first.write(ORGANIZATION, {"id": school}, {"id": other})
    invited(first, school, twice, 2)
    invited(first, other, twice, 3)
    invited(first, school, taken, 2)
    invited(first, school, erased, 2)
    first.upgrade("0005")
    # Revision 0002 saw nobody then. Since, another organization has told of one of them, and one was erased.
    first.write(text("delete from introductions"))
    first.write(TOLD, {"student": taken, "by": other}, {"student": erased, "by": NOBODY})

    first.upgrade()

    assert first.rows("select * from introductions") == {(twice, school), (taken, school), (erased, NOBODY)}
