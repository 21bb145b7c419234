"""A person's own copy has what partners' figures know; an erased person's figures stay, without a name."""

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.privacy import ErasureRequested

pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def student(told, deliver):
    """Sponsored, in a program, with a result."""
    found, course = told.student("Zuhura Kilonzo"), told.course("Mathematics")
    given, program = told.sponsorship(found.student_id), told.program("Readers", state="active")
    deliver(told.organization_created(), found, course, given, told.activated(given), program)
    deliver(told.joined(program, found.student_id), told.result(found.student_id, course.course_id, "80"))
    return found


def test_the_copy_tells_of_sponsorships_and_programs(student, client, as_service):
    path = f"/internal/person-data?student_id={student.student_id}"
    sections = {s["title"]: s["rows"] for s in client.get(path, headers=as_service("privacy")).get_json()["sections"]}
    (given,), (taken,) = sections["Sponsorships counted"], sections["Programs counted"]
    assert (given["organization"], given["kind"], given["start_date"]) == (
        "Mwanga Foundation", "full_scholarship", "2026-01-01",
    )  # fmt: skip
    assert taken["program"] == "Readers"


def test_an_erased_person_is_nobody_whose_figures_stay(student, ask, privacy, deliver, session):
    privacy.consenting.add(student.student_id)
    assert ask("/sponsored-students")["students"][0]["name"] == "Zuhura Kilonzo"
    deliver(ErasureRequested(request_id=new_id(), student_id=student.student_id))
    (line,) = ask("/sponsored-students")["students"]
    assert (line["id"], line["name"][:8], line["average_score"]) == (None, "Student ", 80.0)
    tables = ("sponsorships", "program_students", "sponsored_results", "reports")
    for table in tables:
        kept = " ".join(session.scalars(text(f"select cast(t.* as text) from {table} as t")))  # noqa: S608
        assert "Zuhura" not in kept
