"""Each organization its own rows, each member their own cohorts, and nothing without a token."""

from uuid import UUID

import pytest

from chassis.ids import new_id

ANY = "01900000-0000-7000-8000-000000000000"
"""An id of nothing; the same in every process of a parallel run, since it is part of tests' names."""


@pytest.fixture
def theirs(organization, grant):
    """Another sponsor with a cohort and a student in it."""
    other = organization("sponsor", "Another")
    grant(other, 5)
    other.one_cohort = other.cohort()
    other.enrolment = other.enrol(other.one_cohort, "Zawadi").json["results"][0]
    return other


def test_another_organizations_rows_are_not_there(sponsor, theirs):
    cohort, enrolment = theirs.one_cohort, theirs.enrolment["enrollment_id"]
    answers = [
        sponsor.get(f"cohorts/{cohort}/"),
        sponsor.patch(f"cohorts/{cohort}/", {"name": "Mine"}),
        sponsor.enrol(cohort, "Amina"),
        sponsor.get(f"cohorts/{cohort}/enrollments/list/"),
        sponsor.post(f"enrollments/{enrolment}/withdraw/"),
        sponsor.post(f"enrollments/{enrolment}/complete/"),
    ]
    nobodys = sponsor.get(f"cohorts/{ANY}/")
    assert [answer.status_code for answer in answers] == [404] * 6
    assert answers[0].json["code"] == nobodys.json["code"]
    assert sponsor.get("cohorts/").json["total"] == 0
    assert theirs.get(f"cohorts/{cohort}/").json["active"] == 1


def test_an_id_that_is_none_is_not_there(sponsor):
    assert sponsor.get("cohorts/7/").status_code == 404
    assert sponsor.get("cohorts/../courses/").status_code in {200, 404}


def test_the_database_itself_keeps_organizations_apart(sponsor, theirs, database):
    from sqlalchemy import text

    with database.transaction(sponsor.id) as session:
        for table in ("cohorts", "enrollments", "seats", "seat_grants", "organization_students"):
            assert session.scalar(text(f"select count(*) from {table}")) == 0, table  # noqa: S608


def test_staff_of_one_cohort_see_and_manage_that_one(sponsor, grant, client, as_):
    grant(sponsor, 5)
    mine, other = sponsor.cohort(), sponsor.cohort()
    (in_other,) = sponsor.enrol(other, "Amina").json["results"]
    staff = as_(organization=sponsor.id, narrowed={UUID(mine): ("cohorts.read", "cohorts.manage")})
    base = "/api/v1/programs"
    listed = client.get(f"{base}/cohorts/", headers=staff).json["items"]
    assert [cohort["id"] for cohort in listed] == [mine]
    row = {"students": [{"email": "b@x.example", "name": "Brian"}]}
    assert client.post(f"{base}/cohorts/{mine}/enrollments/", json=row, headers=staff).status_code == 201
    refused = [
        client.get(f"{base}/cohorts/{other}/", headers=staff),
        client.get(f"{base}/cohorts/{other}/enrollments/list/", headers=staff),
        client.post(f"{base}/cohorts/{other}/enrollments/", json=row, headers=staff),
        client.patch(f"{base}/cohorts/{other}/", json={"name": "x"}, headers=staff),
        client.post(f"{base}/enrollments/{in_other['enrollment_id']}/withdraw/", headers=staff),
        client.post(
            f"{base}/cohorts/",
            json={"name": "x", "start_date": "2027-01-01", "end_date": "2027-01-02", "seats": 1},
            headers=staff,
        ),
    ]
    assert [answer.status_code for answer in refused] == [403] * 6


def test_a_course_is_written_for_a_whole_organization(sponsor, client, as_):
    staff = as_(organization=sponsor.id, narrowed={UUID(sponsor.cohort()): ("courses.manage",)})
    for headers in (staff, as_("platform")):
        assert client.post("/api/v1/programs/courses/", json={"title": "x"}, headers=headers).status_code == 403


EVERY = [
    ("get", "cohorts/"),
    ("post", "cohorts/"),
    ("get", f"cohorts/{ANY}/"),
    ("patch", f"cohorts/{ANY}/"),
    ("post", f"cohorts/{ANY}/enrollments/"),
    ("get", f"cohorts/{ANY}/enrollments/list/"),
    ("post", "courses/"),
    ("post", f"enrollments/{ANY}/withdraw/"),
    ("post", f"enrollments/{ANY}/complete/"),
    ("post", "results/"),
    ("get", "placements/"),
    ("post", "placements/"),
    ("patch", f"placements/{ANY}/"),
    ("get", "mentor-sessions/"),
    ("post", "mentor-sessions/"),
    ("post", "progress/"),
    ("patch", f"courses/{ANY}/"),
    ("post", f"courses/{ANY}/milestones/"),
    ("get", f"cohorts/{ANY}/milestones/"),
    ("post", f"cohorts/{ANY}/milestones/"),
    ("get", "lab-usage/"),
    ("post", "lab-usage/"),
]


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_without_the_permission_it_is_refused(client, as_, method, path):
    url = f"/api/v1/programs/{path}"
    assert client.open(url, method=method.upper(), json={}).status_code == 401
    assert client.open(url, method=method.upper(), json={}, headers=as_(organization=new_id())).status_code == 403


@pytest.mark.parametrize("path", ["courses/", f"students/{ANY}/progress/", f"students/{ANY}/profile/"])
def test_what_everybody_signed_in_may_read_needs_a_token(client, path):
    assert client.get(f"/api/v1/programs/{path}").status_code == 401


def test_a_persons_token_is_nothing_inside_and_a_services_nothing_outside(client, as_, as_service):
    body = {"organization_id": str(new_id()), "student_ids": []}
    assert client.post("/internal/audience", json=body, headers=as_("platform")).status_code == 403
    assert client.post("/internal/audience", json=body, headers=as_service("billing")).status_code == 403
    assert client.get("/api/v1/programs/cohorts/", headers=as_service("notifications")).status_code == 403


def test_a_platform_administrator_manages_a_cohort_for_its_organization(sponsor, grant, client, as_):
    grant(sponsor, 1)
    cohort = sponsor.cohort()
    body = {"students": [{"email": "a@x.example", "name": "Amina"}]}
    admin = as_("platform")
    answer = client.post(f"/api/v1/programs/cohorts/{cohort}/enrollments/", json=body, headers=admin)
    assert answer.status_code == 201
    assert sponsor.get(f"cohorts/{cohort}/").json["active"] == 1


def test_a_school_that_meets_a_student_later_is_not_their_school(academy, organization, published):
    from contracts.events.programs import StudentRegistered

    (known,) = academy.enrol(academy.cohort(), {"email": "amina@x.example", "name": "Amina"}).json["results"]
    stranger = organization("academy", "A school made this morning")
    for row in ({"email": "amina@x.example", "name": "Anybody"}, {"student_id": known["student_id"]}):
        stranger.enrol(stranger.cohort(), row)
    assert [event.taught for event in published(StudentRegistered)] == [True, False]


def test_a_school_sees_of_a_student_what_it_teaches(academy, organization):
    course = academy.post("courses/", {"title": "Reading"}).json["id"]
    (row,) = academy.enrol(academy.cohort(course_ids=[course]), {"external_id": "7", "name": "Amina"}).json["results"]
    result = {"student_id": row["student_id"], "course_id": course, "score": 5, "result_date": "2026-05-20"}
    academy.post("results/", {"results": [result]})
    other = organization("academy", "Another school")
    seen = [school.get(f"students/{row['student_id']}/progress/").json["courses"] for school in (academy, other)]
    assert [len(courses) for courses in seen] == [1, 0]
