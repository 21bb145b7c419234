"""Rosters: who a row speaks of, what is wrong with it, and what each organization knows."""

from datetime import timedelta
from uuid import UUID

import pytest

from chassis.clock import now
from chassis.ids import new_id
from contracts.events.programs import SeatAssigned, StudentEnrolled, StudentRegistered, StudentUpdated


@pytest.fixture
def school(academy):
    academy.room = academy.cohort()
    return academy


def rows(answer):
    return answer.json["results"]


def test_the_same_roster_again_changes_nothing(sponsor, grant, published):
    grant(sponsor, 2)
    cohort = sponsor.cohort()
    first, again = sponsor.enrol(cohort, "Amina", "Brian"), sponsor.enrol(cohort, "Amina", "Brian")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json["counts"] == {"enrolled": 0, "already_enrolled": 2, "no_seat": 0, "invalid": 0}
    assert [row["enrollment_id"] for row in rows(first)] == [row["enrollment_id"] for row in rows(again)]
    assert [len(published(kind)) for kind in (StudentRegistered, SeatAssigned, StudentEnrolled)] == [2, 2, 2]
    assert published(StudentUpdated) == []


def test_one_student_named_twice_in_a_roster_is_enrolled_once(school, published):
    answer = school.enrol(
        school.room,
        {"email": "amina@x.example", "external_id": "7", "name": "Amina"},
        {"email": "AMINA@X.example", "name": "Amina"},
        {"external_id": "7"},
    )
    assert [row["status"] for row in rows(answer)] == ["enrolled", "already_enrolled", "already_enrolled"]
    assert len({row["student_id"] for row in rows(answer)}) == 1
    assert len(published(StudentRegistered)) == 1


def test_a_student_is_one_person_to_two_organizations(school, sponsor, grant, published):
    grant(sponsor, 1)
    (taught,) = rows(school.enrol(school.room, {"email": "amina@x.example", "name": "Amina Otieno", "school": "Uhuru"}))
    (funded,) = rows(sponsor.enrol(sponsor.cohort(), {"email": "amina@x.example", "name": "A. Otieno"}))
    assert taught["student_id"] == funded["student_id"]
    assert [(event.name, event.school) for event in published(StudentRegistered)] == [
        ("Amina Otieno", "Uhuru"),
        ("A. Otieno", None),
    ]
    assert published(StudentUpdated) == []


def test_an_external_id_is_each_organizations_own(school, organization):
    other = organization("academy")
    (mine,) = rows(school.enrol(school.room, {"external_id": "7", "name": "Amina"}))
    (theirs,) = rows(other.enrol(other.cohort(), {"external_id": "7", "name": "Brian"}))
    assert mine["student_id"] != theirs["student_id"]


def test_what_a_roster_corrects_is_announced(school, published):
    school.enrol(school.room, {"external_id": "7", "name": "Amina", "school": "Uhuru"})
    school.enrol(school.room, {"external_id": "7", "name": "Amina Otieno", "grade_level": "2"})
    (told,) = published(StudentUpdated)
    assert (told.name, told.school, told.grade_level) == ("Amina Otieno", "Uhuru", "2")


def test_an_address_that_comes_later_belongs_to_the_same_student(school, sponsor, grant):
    grant(sponsor, 1)
    (first,) = rows(school.enrol(school.room, {"external_id": "7", "name": "Amina"}))
    (second,) = rows(school.enrol(school.room, {"external_id": "7", "email": "amina@x.example"}))
    (funded,) = rows(sponsor.enrol(sponsor.cohort(), {"email": "amina@x.example", "name": "Amina"}))
    assert first["student_id"] == second["student_id"] == funded["student_id"]


def test_only_who_named_the_person_first_corrects_the_birth_date(school, sponsor, grant, published):
    grant(sponsor, 1)
    row = {"email": "amina@x.example", "name": "Amina", "birth_date": "2014-01-01"}
    school.enrol(school.room, row)
    sponsor.enrol(sponsor.cohort(), {**row, "birth_date": "1990-01-01", "country": "KE"})
    school.enrol(school.room, {**row, "birth_date": "2015-01-01"})
    told = [*published(StudentRegistered), *published(StudentUpdated)]
    assert [(str(event.birth_date), event.country) for event in told] == [
        ("2014-01-01", None),
        ("2014-01-01", "KE"),
        ("2015-01-01", "KE"),
    ]


def test_nobody_else_makes_an_adult_of_a_student_whose_birth_date_is_unknown(school, sponsor, grant, published):
    grant(sponsor, 1)
    row = {"email": "amina@x.example", "name": "Amina"}
    school.enrol(school.room, row)
    sponsor.enrol(sponsor.cohort(), {**row, "birth_date": "1990-01-01"})
    school.enrol(school.room, {**row, "school": "Uhuru"})
    told = [*published(StudentRegistered), *published(StudentUpdated)]
    assert [event.birth_date for event in told] == [None, None, None]


def test_a_sponsor_takes_up_a_schools_student_by_id_and_starts_from_what_the_school_said(
    school, sponsor, grant, published
):
    grant(sponsor, 2)
    (known,) = rows(school.enrol(school.room, {"external_id": "7", "name": "Amina", "school": "Uhuru"}))
    theirs, nobodys = rows(
        sponsor.enrol(sponsor.cohort(), {"student_id": known["student_id"]}, {"student_id": str(new_id())})
    )
    assert (theirs["status"], theirs["student_id"]) == ("enrolled", known["student_id"])
    assert (nobodys["status"], nobodys["reasons"][0]["field"]) == ("invalid", "student_id")
    taken_up = published(StudentRegistered)[-1]
    assert (taken_up.name, taken_up.school, taken_up.email, taken_up.taught) == ("Amina", "Uhuru", None, False)


def test_only_who_registered_a_student_gives_an_address(school, sponsor, grant, client, as_service):
    grant(sponsor, 1)
    [known] = rows(school.enrol(school.cohort(), {"external_id": "S-9", "name": "Amina"}))

    taken = sponsor.enrol(sponsor.cohort(), {"student_id": known["student_id"], "email": "mine@sponsor.example"})

    [row] = rows(taken)
    assert (row["status"], row["reasons"][0]["field"]) == ("invalid", "email")
    asked = {"organization_id": str(sponsor.id), "student_ids": [known["student_id"]]}
    reached = client.post("/internal/audience", json=asked, headers=as_service("notifications")).json
    assert reached == {"recipients": [], "unknown": [known["student_id"]]}


def test_two_students_are_not_mixed_up(school):
    school.enrol(school.room, {"external_id": "7", "name": "Amina", "email": "amina@x.example"})
    school.enrol(school.room, {"external_id": "8", "name": "Brian", "email": "brian@x.example"})
    answer = school.enrol(
        school.room,
        {"external_id": "7", "email": "brian@x.example"},
        {"external_id": "7", "email": "new@x.example", "name": "Chebet"},
    )
    assert [row["reasons"][0]["field"] for row in rows(answer)] == ["external_id", "email"]


BAD = [
    ({"email": "not an address", "name": "A"}, "email"),
    ({"email": "a@localhost", "name": "A"}, "email"),
    ({"email": f"{'a' * 65}@x.example", "name": "A"}, "email"),
    ({"email": "a@x.example", "name": ""}, "name"),
    ({"email": "a@x.example", "name": "A" * 201}, "name"),
    ({"email": "a@x.example", "name": "A\u0007"}, "name"),
    ({"email": "a@x.example", "name": 7}, "name"),
    ({"email": "a@x.example"}, "name"),
    ({"name": "Nobody"}, "email"),
    ({}, "email"),
    ({"student_id": "7"}, "student_id"),
    ({"email": "a@x.example", "name": "A", "birth_date": "1899-12-31"}, "birth_date"),
    ({"email": "a@x.example", "name": "A", "birth_date": (now() + timedelta(days=3)).date().isoformat()}, "birth_date"),
    ({"email": "a@x.example", "name": "A", "birth_date": "2010-02-30"}, "birth_date"),
    ({"email": "a@x.example", "name": "A", "country": "Kenya"}, "country"),
    ({"email": "a@x.example", "name": "A", "country": "XX"}, "country"),
    ({"email": "a@x.example", "name": "A", "guardian_email": "mother"}, "guardian_email"),
    ({"email": "a@x.example", "name": "A", "role": "admin"}, "role"),
    (["a@x.example"], ""),
    (None, ""),
]


@pytest.mark.parametrize(("bad", "field"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_a_bad_row_says_what_is_wrong_and_the_others_go_in(school, bad, field, published):
    answer = school.enrol(school.room, "Amina", bad, "Brian")
    assert answer.status_code == 207
    assert [row["status"] for row in rows(answer)] == ["enrolled", "invalid", "enrolled"]
    assert [row["row"] for row in rows(answer)] == [1, 2, 3]
    assert rows(answer)[1]["reasons"][0]["field"] == field
    assert len(published(StudentRegistered)) == 2


@pytest.mark.parametrize(
    "name", ["=1+1", "@SUM(A1)", "<script>alert(1)</script>", "O'Brien; drop table students", "Ñandú 山田"]
)
def test_a_name_is_text_whatever_it_looks_like(school, privacy, name, published):
    (row,) = rows(school.enrol(school.room, {"email": "a@x.example", "name": name}))
    privacy.visible_students = {UUID(row["student_id"])}
    assert school.listed(school.room)["items"][0]["student"]["name"] == name
    assert published(StudentRegistered)[0].name == name
