"""Siblings with one address, and guardians whom the files name no more."""

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.identity import EmailVerified
from contracts.events.programs import StudentRegistered, StudentUpdated

FAMILY = "otieno@mail.example"


def child(id, name, **more):
    return {"sourcedId": id, "role": "student", "givenName": name, "familyName": "Otieno", "orgSourcedIds": "S", **more}


def sibling(id, name):
    return child(id, name, email=FAMILY)


@pytest.fixture
def addresses(session):
    """Name to address, of everybody there is."""
    return lambda: dict(session.execute(text("select name, email from students")).all())


def told(published, kind=StudentRegistered):
    return {event.name: event.email for event in published(kind)}


def test_siblings_with_one_address_are_all_in_and_none_has_it(school, school_rows, roster, published, addresses):
    siblings = [sibling("x", "Xavier"), sibling("y", "Yasmin"), child("z", "Zuri", email="OTIENO@mail.example")]
    found = school.run(roster(school_rows(users=siblings)))
    assert (found["errors"], found["state"]) == (0, "done")
    assert found["notices"] == [
        "users.csv, line 6, 7, 8: another student has this address, too. Such students are in, without it: "
        "an address of several students links an account to none of them."
    ]
    emails = {"Xavier Otieno": None, "Yasmin Otieno": None, "Zuri Otieno": None, "Brian Mwangi": None}
    assert addresses() == told(published) == {**emails, "Amina Otieno": "amina@school.example"}


def test_whoever_proves_a_shared_address_is_none_of_them(school, school_rows, roster, deliver, client, as_service):
    school.run(roster(school_rows(users=[sibling("x", "Xavier"), sibling("y", "Yasmin")])))
    deliver(EmailVerified(user_id=new_id(), email=FAMILY))
    items = school.organization.get("cohorts/").json["items"]
    body = {"organization_id": str(school.organization.id), "cohort_id": items[0]["id"]}
    reached = client.post("/internal/audience", json=body, headers=as_service("notifications")).json["recipients"]
    assert {one["user_id"] for one in reached} == {None}


def test_a_sibling_who_comes_later_takes_the_address_from_the_first(school, school_rows, roster, published, addresses):
    school.run(roster(school_rows(users=[sibling("x", "Xavier")])))
    assert addresses()["Xavier Otieno"] == FAMILY
    for id, name in (("y", "Yasmin"), ("z", "Zuri")):
        found = school.run(roster({"users.csv": [sibling(id, name)]}, "delta"))
        assert (found["errors"], len(found["notices"])) == (0, 1)
    assert {addresses()[f"{name} Otieno"] for name in ("Xavier", "Yasmin", "Zuri")} == {None}
    assert told(published, StudentUpdated) == {"Xavier Otieno": None}


def test_nobody_gets_it_back_by_another_row(school, school_rows, roster, published, addresses):
    first = school_rows(users=[sibling("x", "Xavier"), sibling("y", "Yasmin")])
    school.run(roster(first))
    again = school.run(roster(first))
    assert (again["notices"], sum(file["updated"] for file in again["files"])) == ([], 0)
    school.run(roster({"users.csv": [{**sibling("x", "Xavier"), "grades": "03"}]}, "delta"))
    assert addresses()["Xavier Otieno"] is None


def test_an_address_that_was_proved_stays_with_who_has_it(school, school_rows, roster, deliver, addresses):
    school.run(roster(school_rows(users=[sibling("x", "Xavier")])))
    deliver(EmailVerified(user_id=new_id(), email=FAMILY))
    school.run(roster({"users.csv": [sibling("y", "Yasmin")]}, "delta"))
    assert (addresses()["Xavier Otieno"], addresses()["Yasmin Otieno"]) == (FAMILY, None)


def test_another_organization_takes_nobodys_address(school, organization, importer, school_rows, roster, addresses):
    school.run(roster(school_rows(users=[sibling("x", "Xavier")])))
    other = importer(organization("academy", "Another"))
    found = other.run(roster(school_rows(users=[sibling("v", "Victor"), sibling("w", "Wanja")])))
    assert found["errors"] == 0
    assert (addresses()["Xavier Otieno"], addresses()["Victor Otieno"]) == (FAMILY, None)


def test_an_address_of_ones_own_is_taken(school, school_rows, roster, addresses):
    school.run(roster(school_rows(users=[sibling("x", "Xavier"), sibling("y", "Yasmin")])))
    found = school.run(roster({"users.csv": [child("x", "Xavier", email="xavier@mail.example")]}, "delta"))
    assert (found["errors"], found["notices"]) == (0, [])
    assert addresses()["Xavier Otieno"] == "xavier@mail.example"


def test_a_guardian_whom_the_files_name_no_more_is_told_to_be_none(school, school_rows, roster, published):
    school.run(roster(school_rows()))
    rows = school_rows()
    rows["users.csv"][0] = {**rows["users.csv"][0], "agentSourcedIds": ""}
    school.run(roster(rows))
    assert [(event.name, event.guardian_email) for event in published(StudentUpdated)] == [("Amina Otieno", None)]


def test_a_guardian_who_leaves_is_told_of_too(school, school_rows, roster, published):
    school.run(roster(school_rows()))
    school.run(roster({"users.csv": [{"sourcedId": "m", "status": "tobedeleted"}]}, "delta"))
    assert [(event.name, event.guardian_email) for event in published(StudentUpdated)] == [("Amina Otieno", None)]


def test_a_guardian_named_by_other_ways_stays(school, school_rows, roster, published):
    school.run(roster(school_rows()))
    cohort = school.organization.get("cohorts/").json["items"][0]["id"]
    named = {"external_id": "a", "name": "Amina Otieno", "guardian_email": "joseph@mail.example"}
    assert school.organization.enrol(cohort, named).status_code == 201
    rows = school_rows()
    rows["users.csv"][0] = {**rows["users.csv"][0], "agentSourcedIds": ""}
    school.run(roster(rows))
    assert published(StudentUpdated)[-1].guardian_email == "joseph@mail.example"


def test_a_student_who_leaves_keeps_address_and_guardian_elsewhere(school, school_rows, roster, published):
    school.run(roster({**school_rows(), "enrollments.csv": [], "results.csv": []}))
    school.run(roster({"users.csv": [{"sourcedId": "a", "status": "tobedeleted"}]}, "delta"))
    (event,) = published(StudentUpdated)
    assert (event.taught, event.email, event.guardian_email) == (False, "amina@school.example", "mary@mail.example")
