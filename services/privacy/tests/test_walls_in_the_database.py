"""What the database itself refuses, and what it hides."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from chassis.ids import new_id
from contracts.events.programs import StudentRegistered


@pytest.fixture
def looked_at(adult: Any, world: Any, consent: Any, decision: Any) -> UUID:
    """An organization with one row in every table, and one look at a student."""
    world.member(adult.organization, new_id())
    consent(adult.student_user, adult.organization)
    decision(adult.student, organization_id=adult.organization)
    organization: UUID = adult.organization
    return organization


@pytest.mark.parametrize("table", ["grant_history", "access_log", "policies"])
@pytest.mark.parametrize("change", ["update {} set scope = scope", "delete from {}"])
def test_what_is_written_for_good_cannot_be_changed(looked_at: UUID, session: Any, table: str, change: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(change.format(table)))


@pytest.mark.parametrize("table", ["grants", "grant_history", "access_log", "organization_students", "members"])
def test_another_organizations_rows_do_not_exist(looked_at: UUID, world: Any, database: Any, table: str) -> None:
    count = text(f"select count(*) from {table}")  # noqa: S608 - a name from the list above
    with database.transaction(looked_at) as session:
        assert session.scalar(count) == 1
    with database.transaction(world.organization()) as session:
        assert session.scalar(count) == 0


def test_a_batch_may_tell_of_one_student_twice(world: Any, service: Any, database: Any) -> None:
    organization, student = world.organization(), new_id()
    told = [
        StudentRegistered(
            student_id=student, organization_id=organization, organization_name="T", taught=False, name=name
        )
        for name in ("Amina", "Amina Otieno")
    ]
    with database.transaction("system") as session:
        service.consumers[StudentRegistered](session, told)
        assert session.scalar(text("select name from students where id = :id"), {"id": student}) == "Amina Otieno"
