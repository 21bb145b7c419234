"""Every (viewer, scope, age, consent) cell, through programs' door, with privacy's own answers behind it.

The table says in a few lines of its own who may read what. Each allowed read is in the student's access log once, and
nothing of the student is in any other answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
import time_machine

from chassis.ids import new_id
from chassis.testing import headers_of
from contracts.events.billing import SeatsGranted
from contracts.events.identity import EmailVerified, OrganizationCreated
from contracts.events.programs import StudentRegistered
from contracts.roles import PERMISSIONS

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NAME, SCHOOL = "Zawadi Kipkemboi", "Uhuru School"
READS = {
    "sponsor_view": "progress",
    "employer_share": "profile",
    "placement_tracking": "placements",
    "public_portfolio": "portfolio",
}
AGES = {
    "adult": "2000-01-01",
    "minor": "2012-01-01",
    "unknown": None,
    "minor who came of age": "2008-06-01",
    "adult found to be a minor": "2000-01-01",
    "unknown, then of age": None,
}
CONSENTS = ("none", "granted", "withdrawn", "expired", "granted to another")
MEMBERS = {
    "employer_admin": "employer_admin", "sponsor_admin": "sponsor_admin", "sponsor_staff": "sponsor_staff",
    "integration": "integration", "viewer": "viewer", "member who is the guardian": "employer_admin",
    "guardian whose role may nothing": "viewer", "narrowed to the student's cohort": "employer",
    "narrowed to another cohort": "employer",
}  # fmt: skip
"""Members of the organization that was granted something, and their roles there."""
VIEWERS = (
    "nobody", "stranger", "platform", "self", "self at work", "guardian", "academy that taught", "academy that did not",
    *MEMBERS,
)  # fmt: skip


def allowed(viewer: str, scope: str, age: str, consent: str) -> bool:
    """The table."""
    if viewer in ("platform", "self", "self at work"):
        return True
    minor_now = age in ("minor", "unknown", "adult found to be a minor")
    if "guardian" in viewer and minor_now:
        return True
    needed = {"sponsor_view": "cohorts.read", "placement_tracking": "cohorts.read", "employer_share": "candidates.read"}
    if viewer == "academy that taught":
        return scope != "employer_share"
    rightly_given = consent == "granted" and age in ("adult", "minor", "unknown")
    if scope == "public_portfolio":
        return rightly_given
    holds = viewer in MEMBERS and needed[scope] in PERMISSIONS[MEMBERS[viewer]]
    return rightly_given and holds and viewer != "narrowed to another cohort"


@contextmanager
def stage(street: Any, age: str, state: str) -> Iterator[dict[str, Any]]:
    """Play everything up to NOW, and yield the student with every viewer's headers."""
    key = new_id()
    mails = {"email": f"s.{key}@example.org", "guardian_email": f"g.{key}@example.org"}
    academy, untaught, employer, other = (
        _organization(street, kind) for kind in ("academy", "academy", "employer", "sponsor")
    )
    row = {"name": NAME, "school": SCHOOL, "external_id": "7", "birth_date": AGES[age], **mails}
    then = NOW - timedelta(days=300)
    with time_machine.travel(then, tick=False):
        student, here, elsewhere = _learn(street, academy, employer, row)
        people = {
            name: _account(street, mails[mail]) for name, mail in (("self", "email"), ("guardian", "guardian_email"))
        }
        _consent(street, people["self" if age.startswith("adult") else "guardian"], student, state, employer, other)
        if age == "unknown, then of age":
            _enrol(street, academy, here["class"], {**row, "birth_date": "2008-06-01"})
    with time_machine.travel(NOW, tick=False):
        if age == "adult found to be a minor":
            facts = {"organization_name": "", "taught": False, "name": NAME, "birth_date": date(2012, 1, 1)}
            street.privacy.hear(StudentRegistered(student_id=student, organization_id=other, **facts))
        yield {"id": student, **mails, **_viewers(people, academy, untaught, employer, here["cohort"], elsewhere)}


def _organization(street: Any, kind: str) -> UUID:
    id = new_id()
    street.tell(
        OrganizationCreated(
            organization_id=id, name=kind, kind=kind, slug=str(id), currency="KES", time_zone="Africa/Nairobi"
        )
    )
    return id


def _account(street: Any, email: str) -> UUID:
    user_id = new_id()
    street.tell(EmailVerified(user_id=user_id, email=email))
    return user_id


def _learn(street: Any, academy: UUID, employer: UUID, row: dict[str, Any]) -> tuple[UUID, dict[str, str], str]:
    """The academy brings the student in and certifies; the employer takes the student up and found them work."""
    teach = {"organization": academy, "kind": "academy"}
    course = street.write("courses/", {"title": "Reading", "certificate": True}, "courses.manage", **teach)["id"]
    class_id = _cohort(street, **teach)
    student = _enrol(street, academy, class_id, row)
    result = {"external_id": "7", "course_id": course, "score": 5, "result_date": "2025-05-20"}
    street.write("results/", {"results": [result]}, "records.write", **teach)
    seats = {"payment_id": new_id(), "quantity": 1, "valid_from": NOW - timedelta(days=400), "valid_until": NOW}
    street.tell(SeatsGranted(organization_id=employer, grant_id=new_id(), cohort_id=None, **seats))
    employ = {"organization": employer, "kind": "employer"}
    cohort, elsewhere = _cohort(street, **employ), _cohort(street, **employ)
    street.write(f"cohorts/{cohort}/enrollments/", {"students": [{"student_id": student}]}, "cohorts.manage", **employ)
    work = {"student_id": student, "employer_name": "Savanna", "title": "Analyst", "started_on": "2025-06-01"}
    street.write("placements/", work, "placements.manage", **employ)
    return UUID(student), {"class": class_id, "cohort": cohort}, elsewhere


def _cohort(street: Any, **who: Any) -> str:
    body = {"name": "x", "start_date": "2026-01-01", "end_date": "2027-01-01", "seats": 9}
    return str(street.write("cohorts/", body, "cohorts.manage", **who)["id"])


def _enrol(street: Any, academy: UUID, class_id: str, row: dict[str, Any]) -> str:
    path = f"cohorts/{class_id}/enrollments/"
    answer = street.write(path, {"students": [row]}, "cohorts.manage", organization=academy, kind="academy")
    return str(answer["results"][0]["student_id"])


def _consent(street: Any, giver: UUID, student: UUID, state: str, employer: UUID, other: UUID) -> None:
    """Every scope to the same organization; what is public has nobody else to be granted to."""

    def say(scope: str, **more: Any) -> None:
        to = other if state == "granted to another" else employer
        to_whom = None if scope == "public_portfolio" else str(to)
        body = {"organization_id": to_whom, "student_id": str(student), "scope": scope, "granted": True, **more}
        answer = street.privacy.client.post("/api/v1/auth/consents/", json=body, headers=headers_of(user=giver))
        assert answer.status_code == 200, answer.text

    public = state != "granted to another"
    for scope in READS if state != "none" else ():
        if scope != "public_portfolio" or public:
            until = {"expires_at": (NOW - timedelta(days=270)).isoformat()} if state == "expired" else {}
            say(scope, **until)
            if state == "withdrawn":
                say(scope, granted=False)


def _viewers(
    people: dict[str, UUID], academy: UUID, untaught: UUID, employer: UUID, cohort: str, elsewhere: str
) -> dict[str, Any]:
    def of(role: str, organization: UUID, kind: str, user: UUID | None = None) -> dict[str, str]:
        return headers_of(tuple(PERMISSIONS[role]), organization=organization, kind=kind, user=user)

    found = {name: of(role, employer, "employer") for name, role in MEMBERS.items()}
    found["member who is the guardian"] = of("employer_admin", employer, "employer", people["guardian"])
    found["guardian whose role may nothing"] = of("viewer", employer, "employer", people["guardian"])
    for name, place in (("the student's cohort", cohort), ("another cohort", elsewhere)):
        narrowed = {UUID(place): tuple(PERMISSIONS["employer"])}
        found[f"narrowed to {name}"] = headers_of(organization=employer, kind="employer", narrowed=narrowed)
    return {
        **found,
        "nobody": {},
        "stranger": of("employer_admin", new_id(), "employer"),
        "platform": headers_of(("platform",)),
        "self": headers_of(user=people["self"]),
        "self at work": of("viewer", new_id(), "employer", people["self"]),
        "guardian": headers_of(user=people["guardian"]),
        "academy that taught": of("academy_admin", academy, "academy"),
        "academy that did not": of("academy_admin", untaught, "academy"),
    }


def read(street: Any, student: UUID, scope: str, headers: dict[str, str]) -> Any:
    return street.programs.client.get(f"/api/v1/programs/students/{student}/{READS[scope]}/", headers=headers)


def logged(street: Any, student: UUID) -> int:
    return int(street.privacy.count("select count(*) from access_log where student_id = :student", student=student))


@pytest.mark.parametrize(("age", "state"), list(product(AGES, CONSENTS)))
def test_every_viewer_reads_what_the_table_says_and_is_in_the_log_once(street, age, state, record_property):
    with stage(street, age, state) as play:
        reads, wrong = 0, []
        for viewer, scope in product(VIEWERS, READS):
            answer = read(street, play["id"], scope, play[viewer])
            told = allowed(viewer, scope, age, state)
            anonymous = viewer == "nobody" and scope != "public_portfolio"
            expected = 200 if told else 401 if anonymous else 403
            wrong += [] if answer.status_code == expected else [(viewer, scope, answer.text)]
            reads += told
            secret = [play["email"], play["guardian_email"], "2012-01-01", "2000-01-01", "2008-06-01"]
            secret += [] if told else [NAME, SCHOOL, "Savanna"]
            secret += [SCHOOL, "Savanna"] if scope == "public_portfolio" else []
            assert not [word for word in secret if word in answer.text], (viewer, scope)
        record_property("cells", len(VIEWERS) * len(READS))
        record_property("wrong_answers", len(wrong))
        assert not wrong
        assert logged(street, play["id"]) == reads


def test_what_is_read_is_the_students(street):
    with stage(street, "minor", "granted") as play:
        shown = {scope: read(street, play["id"], scope, play["employer_admin"]).json for scope in READS}
    assert shown["sponsor_view"]["student"]["name"] == NAME
    assert [one["title"] for one in shown["employer_share"]["certificates"]] == ["Reading"]
    assert [one["employer_name"] for one in shown["placement_tracking"]["items"]] == ["Savanna"]
    assert shown["public_portfolio"]["student"] == {"id": str(play["id"]), "name": NAME}
    assert [one["title"] for one in shown["public_portfolio"]["courses"]] == ["Reading"]


def test_nobody_at_all_looks_like_a_student_who_did_not_consent(street):
    with stage(street, "adult", "none") as play:
        for scope in READS:
            there, not_there = (
                read(street, student, scope, play["employer_admin"]).json for student in (play["id"], new_id())
            )
            for answer in (there, not_there):
                answer.pop("instance"), answer.pop("request_id")
            assert there == not_there
            assert there["code"] == "consent_required"


def test_when_privacy_cannot_be_asked_the_answer_is_no(street, record_property):
    with stage(street, "adult", "granted") as play:
        street.wire.cut = True
        answers = [read(street, play["id"], scope, play["employer_admin"]) for scope in READS]
        record_property("asked_while_down", len(answers))
        record_property("allowed_while_down", sum(answer.status_code != 403 for answer in answers))
        for answer in answers:
            assert (answer.status_code, answer.headers["X-Refusal"]) == (403, "privacy-unavailable")
            assert NAME not in answer.text


def test_a_read_that_changed_nothing_is_a_read(street):
    with stage(street, "adult", "granted") as play:
        first = read(street, play["id"], "public_portfolio", {})
        again = read(street, play["id"], "public_portfolio", {"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert logged(street, play["id"]) == 2
