"""An organization keeps a student no longer whom another still has: it forgets them, and nobody else does."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.privacy import ErasureRequested, RetentionEnded
from contracts.events.programs import StudentUpdated

NAME = "Zuhura Kilonzo"
PUPIL = {
    "external_id": "7", "name": NAME, "email": "zuhura@x.example", "school": "Uhuru School",
    "guardian_email": "mother@x.example", "birth_date": "2012-01-01",
}  # fmt: skip


@pytest.fixture
def pupil(sponsor: Any, academy: Any, grant: Any) -> str:
    """Somebody who has left an academy, and is in a sponsor's cohort."""
    cohort = academy.cohort()
    (row,) = academy.enrol(cohort, PUPIL).json["results"]
    grant(sponsor, 1)
    sponsor.enrol(sponsor.cohort(), {"student_id": row["student_id"]})
    assert academy.post(f"enrollments/{row['enrollment_id']}/withdraw/").status_code == 200
    found: str = row["student_id"]
    return found


@pytest.fixture
def left(client: Any, as_service: Any) -> Any:
    """``left(organization)`` → who is enrolled nowhere, and who left it, as of tomorrow."""

    def ask(organization: Any) -> tuple[list[str], list[str]]:
        before = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        query = {"organization_id": str(organization.id), "before": before, "most": 10}
        answer = client.get("/internal/left-students", query_string=query, headers=as_service("privacy")).json
        return answer["students"], answer["here"]

    return ask


@pytest.fixture
def let_go(deliver: Any, academy: Any) -> Any:
    def say(student: str) -> None:
        at = datetime.now(UTC)
        deliver(RetentionEnded(student_id=UUID(student), organization_id=academy.id, ended_at=at))

    return say


def known(session: Any, organization: Any) -> tuple[Any, ...]:
    columns = "name, email, guardian_email, school, external_id"
    statement = text(f"select {columns} from organization_students where organization_id = :id")  # noqa: S608
    return tuple(session.execute(statement, {"id": organization.id}).one())


def test_it_is_told_of_and_forgotten_there_only(
    *, pupil: str, left: Any, let_go: Any, sponsor: Any, academy: Any, session: Any
) -> None:
    assert (left(academy), left(sponsor)) == (([], [pupil]), ([], []))
    before = known(session, sponsor)
    for _ in range(2):
        let_go(pupil)
    assert known(session, academy) == ("Erased", None, None, None, "7")
    assert known(session, sponsor) == before
    assert before[0] == NAME
    assert left(academy) == ([], []), "nobody is let go twice"
    enrolled = text("select organization_id, state from enrollments")
    states = {tuple(row) for row in session.execute(enrolled)}
    assert states == {(academy.id, "withdrawn"), (sponsor.id, "active")}


def test_who_comes_back_is_told_of_anew(*, pupil: str, let_go: Any, academy: Any, published: Any, session: Any) -> None:
    academy.enrol(academy.cohort(), {"student_id": pupil})
    told = len(published(StudentUpdated))
    let_go(pupil)
    (again,) = published(StudentUpdated)[told:]
    assert (again.organization_id, again.name, again.guardian_email) == (academy.id, NAME, "mother@x.example")
    assert again.birth_date is not None
    assert known(session, academy)[0] == NAME


def test_who_was_erased_meanwhile_stays_erased(pupil: str, let_go: Any, deliver: Any, published: Any) -> None:
    deliver(ErasureRequested(request_id=new_id(), student_id=UUID(pupil), user_id=None))
    told = len(published(StudentUpdated))
    let_go(pupil)
    assert len(published(StudentUpdated)) == told
