"""An erased student is funded no more, and nothing that says who they were stays; their own copy tells of funding."""

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.privacy import ErasureRequested
from contracts.events.programs import ErasureDone, ProgramStudentWithdrawn, SponsorshipEnded

from .conftest import funds, released


@pytest.fixture
def funded(partner, pupils, deliver):
    """A student with a sponsorship, and in two programs, one of them completed."""
    (student,) = pupils("Zuhura Kilonzo")
    (sponsorship,) = partner.sponsored(student, notes="For Zuhura Kilonzo of house 4")
    running, over = partner.planned(name="Running"), partner.planned(name="Over")
    for program in (running, over):
        deliver(funds(partner, 1, program=program))
        partner.post(f"programs/{program}/students", {"student_ids": [str(student)]})
    partner.post(f"programs/{over}/complete")
    deliver(funds(partner, 1, sponsorship=sponsorship), released(partner, 1, "2026-10-01", sponsorship=sponsorship))
    return student, sponsorship, running, over


def test_what_runs_ends_and_whoever_funds_it_is_told(partner, funded, deliver, published, database):
    student, sponsorship, running, over = funded
    for _ in range(2):
        deliver(ErasureRequested(request_id=new_id(), student_id=student, user_id=None))
    (ended,) = published(SponsorshipEnded)
    assert (str(ended.sponsorship_id), ended.state, ended.reason) == (sponsorship, "cancelled", "erased")
    assert [str(event.program_id) for event in published(ProgramStudentWithdrawn)] == [running]
    shown = partner.sponsorship(sponsorship)
    assert (shown["status"], shown["notes"], shown["financial"]["amount_disbursed"]) == ("cancelled", None, 1)
    assert (partner.program(running)["enrolled_students"], partner.program(over)["enrolled_students"]) == (0, 1)
    answer = published(ErasureDone)[0]
    assert {("sponsorships cancelled", 1), ("programs left", 1)} <= set(answer.erased)
    with database.transaction("system") as session:
        for table in ("sponsorships", "program_participants", "funded_programs", "disbursements", "outbox"):
            rows = session.scalars(text(f"select each::text from {table} as each")).all()  # noqa: S608
            assert not any("Zuhura" in row for row in rows), table


def test_who_was_erased_is_neither_sponsored_nor_enrolled_again(partner, funded, deliver):
    student, *_ = funded
    deliver(ErasureRequested(request_id=new_id(), student_id=student, user_id=None))
    program = partner.planned()
    deliver(funds(partner, 1, program=program))
    assert partner.sponsor(student).status_code == 422
    answer = partner.post(f"programs/{program}/students", {"student_ids": [str(student)]})
    assert [row["status"] for row in answer.json["results"]] == ["invalid"]


def test_a_persons_own_copy_tells_who_funds_them(funded, client, as_service):
    student, *_ = funded
    answer = client.get(f"/internal/person-data?student_id={student}", headers=as_service("privacy"))
    sections = {section["title"]: section["rows"] for section in answer.json["sections"]}
    (sponsorship,) = sections["Sponsorships"]
    assert (sponsorship["organization"], sponsorship["amount_minor"]) == ("Elimu Trust", 2_500_000)
    assert [row["amount_minor"] for row in sections["Paid out for your sponsorships"]] == [100]
    assert {row["program"] for row in sections["Programs"]} == {"Running", "Over"}


def test_who_is_still_funded_has_not_left(partner, academy, deliver, client, as_service):
    (row,) = academy.enrol(academy.cohort(), "Zuhura").json["results"]
    academy.post(f"enrollments/{row['enrollment_id']}/withdraw/")
    student = row["student_id"]
    (sponsorship,) = partner.sponsored(student)
    program = partner.planned()
    deliver(funds(partner, 1, program=program))
    wish = {"student_ids": [student]}

    def left():
        query = {"organization_id": str(partner.id), "before": "2099-01-01T00:00:00Z", "most": 10}
        answer = client.get("/internal/left-students", query_string=query, headers=as_service("privacy"))
        return answer.json["students"]

    assert left() == []
    partner.post(f"programs/{program}/students", wish)
    partner.post(f"sponsorships/{sponsorship}/cancel")
    assert left() == []
    partner.delete(f"programs/{program}/students/{student}")
    assert left() == [student]
