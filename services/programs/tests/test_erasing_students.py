"""A student is erased: the seat is free, what was reached stays, and nothing that comes later brings the name back."""

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts import rights
from contracts.events.identity import EmailVerified
from contracts.events.privacy import DataExportRequested, ErasureRequested
from contracts.events.programs import DataExportPartReady, EnrollmentWithdrawn, ErasureDone, SeatReleased

NAME, ADDRESS, GUARDIAN = "Zuhura Kilonzo", "zuhura@x.example", "mother@x.example"
PUPIL = {"external_id": "7", "name": NAME, "email": ADDRESS, "guardian_email": GUARDIAN, "birth_date": "2012-01-01"}
VERSION = {"X-Experience-API-Version": "1.0.3"}


def everything(session: Any) -> str:
    """All that the database holds, as text."""
    tables = session.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
    return "\n".join(
        str(session.execute(text(f"select each::text from {name} as each")).all())  # noqa: S608 - our own tables
        for name in tables
        if name != "alembic_version"
    )


@pytest.fixture
def erase(deliver: Any, published: Any) -> Any:
    """``erase(student, user)``; gives what programs answered."""

    def ask(student: str | None, user: UUID | None = None, *addresses: str) -> Any:
        request_id = new_id()
        digests = tuple(rights.digest(request_id, address) for address in addresses)
        about = {"student_id": UUID(student) if student else None, "user_id": user}
        deliver(ErasureRequested(request_id=request_id, **about, addresses=digests))
        (answer,) = [event for event in published(ErasureDone) if event.request_id == request_id]
        return answer

    return ask


@pytest.fixture
def funded(sponsor: Any, academy: Any, grant: Any) -> Any:
    """A pupil of an academy whom a sponsor funds: both, the pupil's id and the sponsor's cohort."""
    (row,) = academy.enrol(academy.cohort(), PUPIL).json["results"]
    grant(sponsor, 1)
    cohort = sponsor.cohort()
    sponsor.enrol(cohort, {"student_id": row["student_id"]})
    return academy, sponsor, row["student_id"], cohort


def statement(actor: dict[str, Any]) -> dict[str, Any]:
    return {
        "actor": {**actor, "name": NAME},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "https://lms.example.org/page"},
        "result": {"response": f"{NAME} writes from {ADDRESS}."},
    }


def say(organization: Any, told: dict[str, Any]) -> None:
    headers = {**organization.headers, **VERSION}
    answer = organization.client.post("/api/v1/xapi/statements", json=told, headers=headers)
    assert answer.status_code == 200, answer.json


def test_the_seat_is_free_and_nothing_says_who_it_was(
    funded: Any, erase: Any, session: Any, published: Any, deliver: Any
) -> None:
    academy, sponsor, student, cohort = funded
    user = new_id()
    deliver(EmailVerified(user_id=user, email=ADDRESS))
    say(academy, statement({"mbox": f"mailto:{ADDRESS}"}))
    assert all(word in everything(session) for word in (NAME, ADDRESS, GUARDIAN))
    answer = erase(student, user, ADDRESS)
    session.expire_all()
    assert [word for word in (NAME, ADDRESS, GUARDIAN, "2012-01-01") if word in everything(session)] == []
    assert [event.reason for event in published(SeatReleased)] == ["erased"]
    assert len(published(EnrollmentWithdrawn)) == 2
    assert {"seats given back", "statements", "students", "accounts"} <= {name for name, _ in answer.erased}
    assert answer.kept
    assert sponsor.statuses(cohort, "Baraka") == ["enrolled"], "the one seat is another's now"
    assert [item["status"] for item in sponsor.listed(cohort)["items"]].count("withdrawn") == 1


def test_it_may_be_said_twice(funded: Any, erase: Any, published: Any) -> None:
    _, _, student, _ = funded
    erase(student)
    assert erase(student).erased == ()
    assert len(published(SeatReleased)) == 1


def test_no_row_brings_an_erased_student_back(funded: Any, erase: Any, session: Any) -> None:
    academy, sponsor, student, _ = funded
    erase(student, None, ADDRESS)
    for row in ({"external_id": "7", "name": NAME}, {"student_id": student, "name": NAME}, PUPIL):
        (again,) = academy.enrol(academy.cohort(), row).json["results"]
        assert (again["status"], again["reasons"][0]["message"]) == (
            "invalid", "This person was erased and is not taken in again.",
        )  # fmt: skip
    stranger = sponsor.post("cohorts/00000000-0000-7000-8000-000000000000/enrollments/", {"students": [PUPIL]})
    assert stranger.status_code == 404
    result = {"external_id": "7", "course_id": academy.course(), "score": 3, "date": "2026-05-01"}
    assert academy.post("results/", {"results": [result]}).json["results"][0]["status"] == "invalid"
    assert NAME not in everything(session)


def test_a_statement_that_comes_late_is_kept_and_names_nobody(funded: Any, erase: Any, session: Any) -> None:
    academy, _, student, _ = funded
    erase(student, None, ADDRESS)
    late = statement({"account": {"homePage": "https://lms.example.org", "name": "7"}})
    late["result"] = {"response": "I read on."}
    say(academy, late)
    (kept,) = session.scalars(text("select statement from xapi_statements")).all()
    assert json.loads(kept)["actor"]["account"]["name"] == student
    assert NAME not in kept


def test_the_same_statement_sent_again_changes_nothing(funded: Any, erase: Any, session: Any) -> None:
    academy, _, student, _ = funded
    told = {**statement({"mbox": f"mailto:{ADDRESS}"}), "id": str(new_id())}
    say(academy, told)
    erase(student, None, ADDRESS)
    say(academy, told)
    (kept,) = session.scalars(text("select statement from xapi_statements")).all()
    assert NAME not in kept
    assert ADDRESS not in kept


def test_a_guardian_who_is_erased_is_no_longer_named(funded: Any, erase: Any, session: Any) -> None:
    erase(None, new_id(), GUARDIAN)
    assert GUARDIAN not in everything(session)
    assert NAME in everything(session)


def test_events_of_the_last_days_lose_the_name_and_stay_events(funded: Any, erase: Any, session: Any) -> None:
    _, _, student, _ = funded
    erase(student, None, ADDRESS)
    query = "select data from outbox where subject = :id and type like '%student_registered%' order by position"
    told = session.scalars(text(query), {"id": student}).all()
    assert [(data["name"], data["guardian_email"], data["taught"]) for data in told] == [
        ("Erased", None, True), ("Erased", None, False),
    ]  # fmt: skip


def test_nobody_writes_to_who_was_erased(funded: Any, erase: Any, client: Any, as_service: Any) -> None:
    _, sponsor, student, _ = funded
    body = {"organization_id": str(sponsor.id), "student_ids": [student]}
    found = client.post("/internal/audience", json=body, headers=as_service("notifications")).json
    assert [one["name"] for one in found["recipients"]] == [NAME]
    erase(student, None, ADDRESS)
    found = client.post("/internal/audience", json=body, headers=as_service("notifications")).json
    assert (found["recipients"], found["unknown"]) == ([], [student])


def test_a_copy_has_what_every_organization_keeps(
    funded: Any, deliver: Any, published: Any, client: Any, as_service: Any, as_: Any
) -> None:
    academy, _, student, _ = funded
    say(academy, statement({"mbox": f"mailto:{ADDRESS}"}))
    request_id = new_id()
    deliver(DataExportRequested(request_id=request_id, student_id=UUID(student)))
    assert [event.request_id for event in published(DataExportPartReady)] == [request_id]
    url = f"/internal/person-data?student_id={student}"
    sections = client.get(url, headers=as_service("privacy")).json["sections"]
    shown = {section["title"]: section["rows"] for section in sections}
    assert [row["guardian_email"] for row in shown["What organizations say of you"]] == [GUARDIAN, None]
    assert len(shown["Enrolments"]) == 2
    assert shown["Statements of learning systems"][0]["statement"]["actor"]["name"] == NAME
    assert client.get(url, headers=as_service("billing")).status_code == 403
    assert client.get(url, headers=as_("platform")).status_code == 403
