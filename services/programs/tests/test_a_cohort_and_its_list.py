"""A cohort is created, students are enrolled, and who may see them sees them."""

from uuid import UUID

from contracts.events.programs import (
    CohortCreated,
    CohortUpdated,
    CourseCreated,
    SeatAssigned,
    StudentEnrolled,
    StudentRegistered,
)
from contracts.pseudonym import pseudonym


def test_a_sponsor_creates_a_cohort_with_an_academys_courses(sponsor, academy, published):
    course = academy.course("Reading")
    cohort = sponsor.cohort(seats=20, course_ids=[course, course])
    shown = sponsor.get(f"cohorts/{cohort}/").json
    assert (shown["seats"], shown["active"], shown["completed"], shown["course_ids"]) == (20, 0, 0, [course])
    assert published(CourseCreated)[0].organization_id == academy.id
    told = published(CohortCreated)[0]
    assert (str(told.cohort_id), told.kind, told.seats, told.course_ids) == (cohort, "sponsor", 20, (UUID(course),))


def test_a_cohorts_courses_keep_the_order_they_were_given_in(sponsor, academy, published):
    first, second, third = (academy.course(title) for title in ("Grade 1", "Grade 2", "Grade 3"))
    cohort = sponsor.cohort(course_ids=[third, first, second, first])
    assert sponsor.get(f"cohorts/{cohort}/").json["course_ids"] == [third, first, second]
    assert published(CohortCreated)[0].course_ids == (UUID(third), UUID(first), UUID(second))
    answer = sponsor.patch(f"cohorts/{cohort}/", {"course_ids": [second, third, first]})
    assert answer.json["course_ids"] == [second, third, first]
    assert published(CohortUpdated)[0].course_ids == (UUID(second), UUID(third), UUID(first))


def test_the_catalogue_shows_every_organizations_courses_and_who_teaches_them(sponsor, academy):
    academy.course("Reading")
    sponsor.course("Budgeting")
    items = sponsor.get("courses/").json["items"]
    assert [(item["title"], item["organization"]["name"]) for item in items] == [
        ("Budgeting", "Bright Futures"),
        ("Reading", "Uhuru School"),
    ]
    assert [item["title"] for item in sponsor.get("courses/", search="read").json["items"]] == ["Reading"]


def test_the_catalogue_is_open_to_a_student_without_an_organization(client, as_, academy):
    academy.course("Reading")
    answer = client.get("/api/v1/programs/courses/", headers=as_())
    assert answer.json["total"] == 1


def test_enrolling_announces_the_student_the_seat_and_the_enrolment(sponsor, grant, published):
    grant(sponsor, 1)
    cohort = sponsor.cohort()
    row = {"email": "Amina@School.example", "name": "Amina Otieno", "school": "Uhuru", "guardian_email": "m@x.example"}
    answer = sponsor.enrol(cohort, row)
    assert answer.status_code == 201
    result = answer.json["results"][0]
    registered, seat, enrolled = (published(kind)[0] for kind in (StudentRegistered, SeatAssigned, StudentEnrolled))
    assert str(registered.student_id) == result["student_id"] == str(seat.student_id)
    assert (registered.email, registered.name, registered.taught) == ("Amina@School.example", "Amina Otieno", False)
    assert registered.organization_name == "Bright Futures"
    assert str(enrolled.enrollment_id) == result["enrollment_id"]


def test_an_academy_needs_no_seats_and_teaches_its_students(academy, published):
    cohort = academy.cohort()
    assert academy.statuses(cohort, "Amina", "Brian") == ["enrolled", "enrolled"]
    assert published(SeatAssigned) == []
    assert all(event.taught for event in published(StudentRegistered))


def test_who_did_not_consent_is_listed_under_a_stable_pseudonym(sponsor, grant, privacy):
    grant(sponsor, 2)
    cohort = sponsor.cohort()
    amina, brian = (UUID(row["student_id"]) for row in sponsor.enrol(cohort, "Amina", "Brian").json["results"])
    privacy.visible_students = {amina}
    first, second = sponsor.listed(cohort)["items"]
    assert (first["student"]["name"], first["student"]["pseudonymous"]) == ("Amina", False)
    assert second["student"] == {
        "id": None,
        "name": pseudonym(sponsor.id, brian),
        "pseudonymous": True,
        "school": None,
        "grade_level": None,
    }


def test_privacy_is_asked_once_for_the_whole_page_and_logs_the_reads(sponsor, grant, privacy):
    grant(sponsor, 3)
    cohort = sponsor.cohort()
    sponsor.enrol(cohort, "Amina", "Brian", "Chebet")
    sponsor.listed(cohort, limit=2)
    (asked,) = privacy.asked
    assert len(asked["student_ids"]) == 2
    assert (asked["scope"], asked["log_reads"], asked["organization_id"]) == ("sponsor_view", True, sponsor.id)


def test_a_hidden_name_cannot_be_found_by_searching_for_it(sponsor, grant, privacy):
    grant(sponsor, 2)
    cohort = sponsor.cohort()
    amina, brian = (UUID(row["student_id"]) for row in sponsor.enrol(cohort, "Amina", "Brian").json["results"])
    privacy.visible_students = {amina}
    assert sponsor.listed(cohort, search="brian")["total"] == 0
    assert sponsor.listed(cohort, search="AMI")["total"] == 1
    hidden = pseudonym(sponsor.id, brian).removeprefix("Student ")
    found = sponsor.listed(cohort, search=hidden)["items"]
    assert [item["student"]["name"] for item in found] == [pseudonym(sponsor.id, brian)]
    assert str(brian) not in str(found)


def test_the_list_pages_filters_and_sorts_in_a_stable_order(sponsor, grant, privacy):
    grant(sponsor, 5)
    cohort = sponsor.cohort()
    results = sponsor.enrol(cohort, "A", "B", "C", "D", "E").json["results"]
    sponsor.post(f"enrollments/{results[1]['enrollment_id']}/withdraw/")
    pages = [sponsor.listed(cohort, limit=2, page=page) for page in (1, 2, 3)]
    ids = [item["id"] for page in pages for item in page["items"]]
    assert ids == [row["enrollment_id"] for row in results]
    assert (pages[0]["total"], pages[0]["pages"]) == (5, 3)
    assert sponsor.listed(cohort, status="withdrawn")["items"][0]["seat"]["status"] == "released"
    assert sponsor.listed(cohort, status="active")["total"] == 4
    assert sponsor.listed(cohort, sort="-status")["items"][0]["status"] == "withdrawn"


def test_unknown_filters_values_are_refused(sponsor):
    cohort = sponsor.cohort()
    for query in ({"status": "gone"}, {"sort": "name"}, {"limit": "101"}, {"page": "0"}):
        answer = sponsor.get(f"cohorts/{cohort}/enrollments/list/", **query)
        assert answer.status_code == 400, query


def test_a_cohort_changes_and_says_so_once(sponsor, published):
    cohort = sponsor.cohort(seats=10)
    course = sponsor.course()
    assert sponsor.patch(f"cohorts/{cohort}/", {"seats": 12, "course_ids": [course]}).json["seats"] == 12
    assert sponsor.patch(f"cohorts/{cohort}/", {"seats": 12}).status_code == 200
    (told,) = published(CohortUpdated)
    assert (told.seats, told.course_ids) == (12, (UUID(course),))


def test_a_cohort_cannot_have_fewer_seats_than_active_enrolments(sponsor, grant):
    grant(sponsor, 3)
    cohort = sponsor.cohort(seats=3)
    sponsor.enrol(cohort, "A", "B", "C")
    answer = sponsor.patch(f"cohorts/{cohort}/", {"seats": 2})
    assert (answer.status_code, answer.json["code"]) == (409, "cohort_seats_in_use")
    assert sponsor.get(f"cohorts/{cohort}/").json["seats"] == 3
