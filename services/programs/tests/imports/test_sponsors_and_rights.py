"""A sponsor's roster needs seats; an import is its organization's; who may not import hears so."""

import io

import pytest

from chassis.ids import new_id
from contracts.events.programs import SeatAssigned, StudentEnrolled, StudentRegistered

ANY = "01900000-0000-7000-8000-000000000000"


def test_a_sponsor_without_seats_enrols_as_many_as_it_has(sponsor, importer, grant, school_rows, roster, published):
    buyer = importer(sponsor)
    grant(sponsor, 1)
    content = roster(school_rows())
    found = buyer.run(content)
    assert buyer.errors(found["id"]) == [
        ("enrollments.csv", 3, "userSourcedId", "no_seat: No seat of your organization is free now.")
    ]
    assert (len(published(SeatAssigned)), len(published(StudentEnrolled))) == (1, 1)
    assert len(published(StudentRegistered)) == 2

    grant(sponsor, 1)
    again = buyer.run(content)
    assert again["errors"] == 0
    assert (len(published(SeatAssigned)), len(published(StudentEnrolled))) == (2, 2)


def test_seats_bought_for_one_class_serve_that_class(sponsor, importer, grant, school_rows, roster, published):
    buyer = importer(sponsor)
    rows = school_rows()
    buyer.run(roster({name: told for name, told in rows.items() if name not in ("enrollments.csv", "results.csv")}))
    (cohort,) = sponsor.get("cohorts/").json["items"]
    grant(sponsor, 2, cohort=cohort["id"])
    assert buyer.run(roster(rows))["errors"] == 0
    assert {str(event.cohort_id) for event in published(SeatAssigned)} == {cohort["id"]}


def test_another_organizations_import_is_not_there(school, school_rows, roster, organization, importer):
    id = school.run(roster(school_rows()))["id"]
    other = importer(organization("academy", "Another school"))
    for path in (f"imports/{id}/", f"imports/{id}/errors/"):
        assert other.organization.get(path).status_code == 404
        assert other.organization.get(path).json["code"] == other.organization.get(f"imports/{ANY}/").json["code"]
    assert other.organization.get("imports/").json["total"] == 0
    assert school.organization.get("imports/").json["total"] == 1


def test_two_schools_may_use_the_same_ids(school, school_rows, roster, organization, importer, published):
    rows = school_rows()
    rows["users.csv"][0] = {**rows["users.csv"][0], "email": ""}
    other = importer(organization("academy", "Another school"))
    for one in (school, other):
        found = one.run(roster(rows))
        assert (found["errors"], found["files"][4]["created"]) == (0, 3)
    assert len({event.student_id for event in published(StudentRegistered)}) == 4


@pytest.mark.parametrize("path", ["", f"{ANY}/", f"{ANY}/errors/"])
def test_without_the_permission_it_is_refused(client, as_, path):
    url = f"/api/v1/programs/imports/{path}"
    nobody, narrowed = as_(organization=new_id()), as_(organization=new_id(), narrowed={new_id(): ("rosters.import",)})
    assert client.get(url).status_code == 401
    assert [client.get(url, headers=headers).status_code for headers in (nobody, narrowed)] == [403, 403]
    if not path:
        body = {"file": (io.BytesIO(b"PK"), "x.zip")}
        assert client.post(url, data=dict(body)).status_code == 401
        for headers in (nobody, narrowed):
            assert client.post(url, data={"file": (io.BytesIO(b"PK"), "x.zip")}, headers=headers).status_code == 403


def test_a_platform_administrator_reads_but_imports_for_nobody(school, school_rows, roster, client, as_):
    id = school.run(roster(school_rows()))["id"]
    admin = as_("platform")
    assert client.get(f"/api/v1/programs/imports/{id}/", headers=admin).json["state"] == "done"
    assert client.get(f"/api/v1/programs/imports/{id}/errors/", headers=admin).status_code == 200
    body = {"file": (io.BytesIO(roster(school_rows())), "x.zip")}
    assert client.post("/api/v1/programs/imports/", data=body, headers=admin).status_code == 403
