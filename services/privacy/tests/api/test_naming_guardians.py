"""An organization names the guardian of a student it knows."""

from datetime import date
from typing import Any

from chassis.ids import new_id
from contracts.events.programs import StudentUpdated

URL = "/api/v1/privacy/guardians/"


def name(client: Any, as_: Any, organization: Any, student: Any, email: str = "Aunt@Example.org") -> Any:
    body = {"student_id": str(student), "email": email}
    return client.post(URL, json=body, headers=as_("students.link", organization=organization))


def test_a_guardian_acts_once_the_address_is_verified(world: Any, client: Any, as_: Any, consent: Any) -> None:
    organization = world.organization()
    student = world.student(organization, birth_date=None)
    answer = name(client, as_, organization, student)
    assert (answer.status_code, answer.json["email"]) == (201, "aunt@example.org")
    assert name(client, as_, organization, student).json == answer.json, "naming again changes nothing"
    aunt = world.account("aunt@example.org")
    assert consent(aunt, organization).json["granted_by"] == "guardian"


def test_a_verified_address_acts_at_once(world: Any, client: Any, as_: Any, consent: Any) -> None:
    organization = world.organization()
    student = world.student(organization, birth_date=None)
    aunt = world.account("aunt@example.org")
    name(client, as_, organization, student)
    assert consent(aunt, organization).status_code == 200


def test_only_students_the_organization_knows(child: Any, world: Any, client: Any, as_: Any) -> None:
    assert name(client, as_, world.organization(), child.student).status_code == 404
    assert name(client, as_, child.organization, new_id()).status_code == 404


def test_only_by_the_organization_that_brought_the_student_in(child: Any, world: Any, client: Any, as_: Any) -> None:
    late = world.organization()
    world.student(late, child.student, birth_date=None)
    refused = name(client, as_, late, child.student)
    assert (refused.status_code, refused.json["code"]) == (403, "not_introduced_by_you")
    assert name(client, as_, child.organization, child.student).status_code == 201


def test_not_its_own_people_not_the_student_not_for_adults(
    child: Any, adult: Any, world: Any, client: Any, as_: Any
) -> None:
    world.member(child.organization, world.account("staff@example.org"))
    assert name(client, as_, child.organization, child.student, "staff@example.org").status_code == 403
    world.student(child.organization, email="juma@example.org", birth_date=None, student_id=(juma := new_id()))
    assert name(client, as_, child.organization, juma, "juma@example.org").status_code == 422
    assert name(client, as_, adult.organization, adult.student).status_code == 409


def test_nonsense_is_refused(child: Any, client: Any, as_: Any) -> None:
    for email in ("", "aunt", "a@b@c.org", "aunt@example.org\nBcc: x@example.org", "x" * 250 + "@example.org"):
        assert name(client, as_, child.organization, child.student, email).status_code == 422, email
    for number in range(9):
        assert name(client, as_, child.organization, child.student, f"aunt{number}@example.org").status_code == 201
    assert name(client, as_, child.organization, child.student, "one.more@example.org").status_code == 409
    body = {"student_id": str(child.student), "email": "aunt@example.org"}
    assert client.post(URL, json=body, headers=as_(organization=child.organization)).status_code == 403


def test_a_corrected_roster_takes_a_mistyped_guardian_back(world: Any, deliver: Any, consent: Any) -> None:
    organization = world.organization()
    facts = {"birth_date": None, "guardian_email": "mohter@example.org"}
    student = world.student(organization, **facts)
    stranger = world.account("mohter@example.org")
    deliver(
        StudentUpdated(
            student_id=student,
            organization_id=organization,
            organization_name="Tumaini Trust",
            taught=False,
            name="Amina Otieno",
            guardian_email="mother@example.org",
        )
    )
    assert consent(stranger, organization).json["code"] == "not_linked"
    assert consent(world.account("mother@example.org"), organization).status_code == 200


def roster_without_guardian(student: Any, organization: Any, **more: Any) -> StudentUpdated:
    """What an organization knows now: neither a birth date nor a guardian, and an address only if given."""
    return StudentUpdated(
        student_id=student,
        organization_id=organization,
        organization_name="Tumaini Trust",
        taught=False,
        name="Amina Otieno",
        **more,
    )


def test_a_birth_date_that_a_later_roster_leaves_out_stays(world: Any, deliver: Any, consent: Any) -> None:
    organization = world.organization()
    facts = {"birth_date": date(2015, 1, 1), "guardian_email": "mother@example.org"}
    student = world.student(organization, **facts)
    deliver(roster_without_guardian(student, organization, guardian_email="mother@example.org"))
    granted = consent(world.account("mother@example.org"), organization).json
    assert (granted["granted_by"], granted["expires_at"]) == ("guardian", "2033-01-01T00:00:00Z")


def test_a_guardian_whom_a_later_roster_names_no_more_is_none(world: Any, deliver: Any, consent: Any) -> None:
    organization = world.organization()
    student = world.student(organization, birth_date=None, guardian_email="mother@example.org")
    mother = world.account("mother@example.org")
    assert consent(mother, organization).status_code == 200
    deliver(roster_without_guardian(student, organization))
    assert consent(mother, organization).json["code"] == "not_linked"


def test_only_whom_that_roster_named_goes(world: Any, deliver: Any, client: Any, as_: Any, consent: Any) -> None:
    organization, late = world.organization(), world.organization()
    student = world.student(organization, birth_date=None, guardian_email="mother@example.org")
    mother, aunt = world.account("mother@example.org"), world.account("aunt@example.org")
    name(client, as_, organization, student)
    world.student(late, student, birth_date=None)
    deliver(roster_without_guardian(student, late))
    assert consent(mother, organization).status_code == 200, "another organization's roster takes nobody away"
    deliver(roster_without_guardian(student, organization))
    assert consent(aunt, organization).status_code == 200, "named by hand, not by the roster"


def test_an_address_that_turned_out_to_be_shared_links_nobody(world: Any, deliver: Any, consent: Any) -> None:
    organization = world.organization()
    student = world.student(organization, email="family@example.org")
    deliver(roster_without_guardian(student, organization))
    assert consent(world.account("family@example.org"), organization).json["code"] == "not_linked"


def test_an_account_that_was_linked_before_stays(adult: Any, deliver: Any, consent: Any) -> None:
    deliver(roster_without_guardian(adult.student, adult.organization))
    assert consent(adult.student_user, adult.organization).status_code == 200
