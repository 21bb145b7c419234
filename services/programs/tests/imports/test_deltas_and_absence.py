"""What a delta deletes, and what becomes of what a bulk file leaves out."""

from datetime import timedelta

import pytest

from chassis.clock import now
from contracts.events.programs import (
    CohortUpdated,
    EnrollmentWithdrawn,
    ResultRecorded,
    SeatReleased,
    StudentEnrolled,
    StudentUpdated,
)

GONE = {"status": "tobedeleted"}


@pytest.fixture
def arrived(school, school_rows, roster):
    """The school, arrived."""
    assert school.run(roster(school_rows()))["errors"] == 0
    return school


def counted(found, name):
    (file,) = [file for file in found["files"] if file["name"] == name]
    return {key: file[key] for key in ("created", "updated", "unchanged", "removed", "refused") if file[key]}


def test_a_delta_tells_only_what_has_changed(arrived, roster, published):
    user = {"sourcedId": "c", "role": "student", "givenName": "Chebet", "familyName": "K", "orgSourcedIds": "S"}
    enrolment = {"sourcedId": "e4", "classSourcedId": "K", "schoolSourcedId": "S", "userSourcedId": "c",
                 "role": "student"}  # fmt: skip
    found = arrived.run(roster({"users.csv": [user], "enrollments.csv": [enrolment]}, "delta"))
    assert (found["errors"], [file["mode"] for file in found["files"]]) == (0, ["delta", "delta"])
    assert len(published(StudentEnrolled)) == 3
    assert published(EnrollmentWithdrawn) == []


def test_a_delta_says_when_and_what(arrived, roster):
    rows = [
        {"sourcedId": "G", "title": "Tests", "dateLastModified": ""},
        {"sourcedId": "H", "title": "Tests", "status": ""},
        {"sourcedId": "I", "title": "Tests", "dateLastModified": "yesterday"},
    ]
    found = arrived.run(roster({"categories.csv": rows}, "delta"))
    assert [(line, column) for _, line, column, _ in arrived.errors(found["id"])] == [
        (2, "dateLastModified"), (3, "status"), (4, "dateLastModified"),
    ]  # fmt: skip


def test_a_deleted_enrolment_is_withdrawn_once(arrived, roster, published):
    content = roster({"enrollments.csv": [{"sourcedId": "e2", **GONE}]}, "delta")
    assert counted(arrived.run(content), "enrollments.csv") == {"removed": 1}
    assert len(published(EnrollmentWithdrawn)) == 1
    assert counted(arrived.run(content), "enrollments.csv") == {"unchanged": 1}
    assert len(published(EnrollmentWithdrawn)) == 1


def test_an_enrolment_that_another_row_tells_too_stays(arrived, roster, published):
    twin = {"sourcedId": "e2b", "classSourcedId": "K", "schoolSourcedId": "S", "userSourcedId": "b", "role": "student"}
    arrived.run(roster({"enrollments.csv": [twin]}, "delta"))
    arrived.run(roster({"enrollments.csv": [{"sourcedId": "e2", **GONE}]}, "delta"))
    assert published(EnrollmentWithdrawn) == []
    arrived.run(roster({"enrollments.csv": [{"sourcedId": "e2b", **GONE}]}, "delta"))
    assert len(published(EnrollmentWithdrawn)) == 1


def test_a_deleted_student_is_forgotten_when_nothing_holds_them(arrived, roster, published, session):
    user = {"sourcedId": "c", "role": "student", "givenName": "Chebet", "familyName": "K", "orgSourcedIds": "S"}
    arrived.run(roster({"users.csv": [user]}, "delta"))
    found = arrived.run(roster({"users.csv": [{"sourcedId": id, **GONE} for id in "abcm"]}, "delta"))
    assert counted(found, "users.csv") == {"removed": 3, "refused": 1}
    assert arrived.errors(found["id"]) == [
        ("users.csv", 3, "status", "The student is still enrolled; withdraw the enrolments first.")
    ]
    told = [(event.name, event.taught, event.guardian_email) for event in published(StudentUpdated)]
    assert told == [("Amina Otieno", True, None), ("Chebet K", False, None)]


def test_a_deleted_class_ends_today_and_its_enrolments_stay(arrived, school_rows, roster, published):
    rows = school_rows()
    rows["academicSessions.csv"][0] = {
        **rows["academicSessions.csv"][0], "endDate": (now() + timedelta(days=90)).date().isoformat(),
    }  # fmt: skip
    arrived.run(roster(rows))
    found = arrived.run(roster({"classes.csv": [{"sourcedId": "K", **GONE}]}, "delta"))
    assert counted(found, "classes.csv") == {"removed": 1}
    assert published(CohortUpdated)[-1].end_date == now().date()
    assert published(EnrollmentWithdrawn) == []


def test_a_deleted_result_loses_its_score(arrived, roster, published):
    arrived.run(roster({"results.csv": [{"sourcedId": "r1", **GONE}]}, "delta"))
    *_, taken_back = published(ResultRecorded)
    assert (taken_back.score, taken_back.completed) == (None, False)
    assert taken_back.result_id == published(ResultRecorded)[0].result_id


def test_a_delta_of_what_surrounds_students_reaches_them(arrived, roster, published):
    mother = {"sourcedId": "m", "role": "parent", "givenName": "M", "familyName": "O", "orgSourcedIds": "S",
              "email": "new@mail.example"}  # fmt: skip
    born = {"sourcedId": "b", "birthDate": "2017-09-13"}
    arrived.run(roster({"users.csv": [mother], "demographics.csv": [born]}, "delta"))
    told = {event.name: (event.guardian_email, str(event.birth_date)) for event in published(StudentUpdated)}
    assert told == {"Amina Otieno": ("new@mail.example", "2018-03-01"), "Brian Mwangi": (None, "2017-09-13")}


def test_a_student_moves_to_another_class(arrived, school_rows, roster, published):
    other = {**school_rows()["classes.csv"][0], "sourcedId": "K2", "title": "2 West"}
    moved = {**school_rows()["enrollments.csv"][1], "classSourcedId": "K2"}
    found = arrived.run(roster({"classes.csv": [other], "enrollments.csv": [moved]}, "delta"))
    assert counted(found, "enrollments.csv") == {"updated": 1}
    assert len(published(StudentEnrolled)) == 3
    assert [event.enrollment_id for event in published(EnrollmentWithdrawn)] == [
        published(StudentEnrolled)[1].enrollment_id
    ]


def many(school_rows, number):
    users = [
        {"sourcedId": f"u{n}", "role": "student", "givenName": f"N{n}", "familyName": "X", "orgSourcedIds": "S"}
        for n in range(number)
    ]
    enrolments = [
        {"sourcedId": f"n{n}", "classSourcedId": "K", "schoolSourcedId": "S", "userSourcedId": f"u{n}",
         "role": "student"}
        for n in range(number)
    ]  # fmt: skip
    return school_rows(users=users, enrollments=enrolments)


def test_what_a_bulk_file_leaves_out_stays(school, school_rows, roster, published):
    school.run(roster(many(school_rows, 20)))
    found = school.run(roster(school_rows()))
    assert (found["absent"], found["notices"], found["errors"]) == ("keep", [], 0)
    assert published(EnrollmentWithdrawn) == []


def test_it_goes_when_the_sender_says_so(school, school_rows, roster, published, session):
    from sqlalchemy import text

    school.run(roster(many(school_rows, 20)))
    found = school.run(roster(many(school_rows, 18)), absent="remove")
    assert counted(found, "enrollments.csv") == {"unchanged": 20, "removed": 2}
    assert (len(published(EnrollmentWithdrawn)), found["errors"], found["notices"]) == (2, 0, [])
    assert counted(found, "users.csv")["removed"] == 2
    assert session.scalar(text("select count(*) from roster_items where kind = 'user' and our_id is not null")) == 20


def test_but_never_the_most_of_it(school, school_rows, roster, published):
    school.run(roster(many(school_rows, 20)))
    truncated = roster(many(school_rows, 4))
    found = school.run(truncated, absent="remove")
    assert found["notices"] == [
        f"{name} leaves out 16 of 22: more than 10 percent, so none of them was removed. "
        "Send it again with a higher absent_limit if that is meant."
        for name in ("enrollments.csv", "users.csv")
    ]
    assert published(EnrollmentWithdrawn) == []
    meant = school.run(truncated, absent="remove", absent_limit="80")
    assert (meant["notices"], len(published(EnrollmentWithdrawn))) == ([], 16)


def test_a_refused_row_is_not_absent(school, school_rows, roster, published):
    school.run(roster(many(school_rows, 20)))
    rows = many(school_rows, 20)
    rows["enrollments.csv"][5] = {**rows["enrollments.csv"][5], "role": "pupil"}
    found = school.run(roster(rows), absent="remove")
    assert (found["errors"], published(EnrollmentWithdrawn)) == (1, [])
    rows["enrollments.csv"] = [*rows["enrollments.csv"][:-1], {**rows["enrollments.csv"][5], "sourcedId": ""}]
    found = school.run(roster(rows), absent="remove")
    assert published(EnrollmentWithdrawn) == []
    assert found["notices"] == [
        "Line 24 of enrollments.csv has no readable sourcedId, so nothing that enrollments.csv leaves out was removed."
    ]


def test_a_freed_seat_is_given_in_the_same_import(sponsor, importer, grant, school_rows, roster, published):
    grant(sponsor, 2)
    buyer = importer(sponsor)
    assert buyer.run(roster(school_rows()))["errors"] == 0
    user = {"sourcedId": "c", "role": "student", "givenName": "Chebet", "familyName": "K", "orgSourcedIds": "S"}
    enrolment = {**school_rows()["enrollments.csv"][0], "sourcedId": "e0", "userSourcedId": "c"}
    changes = {"users.csv": [user], "enrollments.csv": [enrolment, {"sourcedId": "e2", **GONE}]}
    assert buyer.run(roster(changes, "delta"))["errors"] == 0
    assert len(published(SeatReleased)) == 1
