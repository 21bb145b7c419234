"""Roles: given by who holds them, in one cohort or everywhere, and on record."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError


def members_of(person):
    return f"/orgs/{person.organization['id']}/members/"


@pytest.mark.parametrize("role", ["employer", "employer_admin", "partner", "admin", "manager", "academy_admin"])
def test_nobody_gives_what_they_do_not_hold(sign_up, join, role):
    amina = sign_up("amina@example.org", "sponsor")
    baraka = join(amina, "baraka@example.org", "sponsor_staff")

    for answer in (
        amina.post(members_of(amina), email="x@example.org", role=role),
        amina.post(f"/users/{baraka.id}/roles/", role=role, organization_id=amina.organization["id"]),
        amina.patch(f"{members_of(amina)}{baraka.id}/", roles=[{"role": role}]),
        amina.post(f"/users/{amina.id}/roles/", role=role, organization_id=amina.organization["id"]),
    ):
        assert (answer.status_code, answer.json["code"]) == (403, "cannot_give")


@pytest.mark.parametrize("role", ["platform_admin", "integration", "king", "", None, 7])
def test_roles_that_are_not_given_to_people_are_not_valid(sign_up, role):
    amina = sign_up("amina@example.org", "sponsor")

    assert amina.post(members_of(amina), email="x@example.org", role=role).status_code == 422


def test_staff_manage_nobody(sign_up, join):
    amina = sign_up("amina@example.org", "sponsor")
    baraka = join(amina, "baraka@example.org", "sponsor_staff")
    baraka.organization = amina.organization

    for answer in (
        baraka.get(members_of(baraka)),
        baraka.post(members_of(baraka), email="x@example.org", role="sponsor_staff"),
        baraka.post(f"/users/{baraka.id}/roles/", role="sponsor_admin", organization_id=amina.organization["id"]),
        baraka.delete(f"{members_of(baraka)}{amina.id}/"),
    ):
        assert answer.status_code == 403


def test_a_role_for_one_cohort_is_a_right_in_that_cohort_only(sign_up, join):
    amina, cohort = sign_up("amina@example.org", "sponsor"), str(uuid4())
    baraka = join(amina, "baraka@example.org", "sponsor_staff", cohort)

    me = baraka.get("/me/").json

    assert me["permissions"] == []
    assert [(role["role"], role["cohort_id"]) for role in me["roles"]] == [("sponsor_staff", cohort)]


def test_who_manages_one_cohort_gives_rights_in_that_cohort_only(sign_up, join):
    amina, cohort = sign_up("amina@example.org", "sponsor"), str(uuid4())
    baraka = join(amina, "baraka@example.org", "sponsor_admin", cohort)
    baraka.organization = amina.organization

    inside = baraka.post(members_of(baraka), email="x@example.org", role="sponsor_staff", cohort_id=cohort)
    everywhere = baraka.post(members_of(baraka), email="y@example.org", role="sponsor_staff")
    elsewhere = baraka.post(members_of(baraka), email="z@example.org", role="sponsor_staff", cohort_id=str(uuid4()))

    assert (inside.status_code, everywhere.status_code, elsewhere.status_code) == (201, 403, 403)
    assert baraka.get(members_of(baraka)).status_code == 403
    assert baraka.delete(f"{members_of(baraka)}{amina.id}/").status_code == 403
    assert baraka.patch(f"/orgs/{amina.organization['id']}/", name="Mine").status_code == 403


def test_managing_one_cohort_lets_nobody_give_what_they_hold_everywhere(sign_up, join):
    amina, cohort = sign_up("amina@example.org", "sponsor"), str(uuid4())
    baraka = join(amina, "baraka@example.org", "sponsor_staff")
    body = {"role": "sponsor_admin", "organization_id": amina.organization["id"], "cohort_id": cohort}
    amina.post(f"/users/{baraka.id}/roles/", **body)
    baraka.refresh()

    answer = baraka.post(members_of(amina), email="x@example.org", role="sponsor_staff")

    assert (answer.status_code, answer.json["code"]) == (403, "cannot_give")


def test_some_roles_cannot_be_narrowed(sign_up):
    amina = sign_up("amina@example.org", "customer")

    assert amina.post(members_of(amina), email="x@e.org", role="viewer", cohort_id=str(uuid4())).status_code == 422


def test_one_more_role_is_in_the_next_token(client, sign_up, join):
    amina = sign_up("amina@example.org", "sponsor")
    baraka = join(amina, "baraka@example.org", "sponsor_staff")
    body = {"role": "sponsor_admin", "organization_id": amina.organization["id"]}

    given = amina.post(f"/users/{baraka.id}/roles/", **body)
    again = amina.post(f"/users/{baraka.id}/roles/", **body)

    assert given.status_code == again.status_code == 201
    assert given.json == again.json
    baraka.refresh()
    assert "org.manage" in baraka.get("/me/").json["permissions"]


def test_a_role_is_given_to_members_only(sign_up):
    amina, baraka = sign_up("amina@example.org", "sponsor"), sign_up("baraka@example.org", "sponsor")
    body = {"role": "sponsor_staff", "organization_id": amina.organization["id"]}

    assert amina.post(f"/users/{baraka.id}/roles/", **body).status_code == 404
    assert amina.post(f"/users/{uuid4()}/roles/", **body).status_code == 404


def test_every_change_of_rights_is_on_record(sign_up, join):
    amina = sign_up("amina@example.org", "sponsor")
    baraka = join(amina, "baraka@example.org", "sponsor_staff")
    later = amina.post(members_of(amina), email="c@example.org", role="sponsor_staff").json["invitation_id"]
    amina.post(f"/invitations/{later}/resend/")
    amina.post(f"/invitations/{later}/revoke/")
    amina.delete(f"{members_of(amina)}{baraka.id}/")

    record = amina.get(f"/orgs/{amina.organization['id']}/audit/").json

    invited = next(entry["user_id"] for entry in record["items"] if entry["action"] == "invitation_accepted")
    assert [(entry["action"], entry["actor_id"], entry["user_id"]) for entry in reversed(record["items"])] == [
        ("organization_created", amina.id, amina.id),
        ("member_invited", amina.id, invited),
        ("invitation_accepted", baraka.id, invited),
        ("role_given", amina.id, baraka.id),
        ("member_invited", amina.id, later),
        ("invitation_resent", amina.id, later),
        ("invitation_revoked", amina.id, later),
        ("member_removed", amina.id, baraka.id),
    ]
    assert [entry["sequence"] for entry in record["items"]] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert "@" not in str(record), "a record for ever holds no address"


@pytest.mark.parametrize("change", ["update rights_audit set action = 'x'", "delete from rights_audit"])
def test_the_database_keeps_the_record_as_it_is(sign_up, session, change):
    sign_up("amina@example.org", "sponsor")

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(change))


def test_the_database_hides_other_organizations_from_a_forgotten_filter(sign_up, database):
    amina, baraka = sign_up("amina@example.org", "sponsor"), sign_up("baraka@example.org", "sponsor")

    with database.transaction(amina.organization["id"]) as session:
        columns = {"organizations": "id", "memberships": "organization_id", "roles": "organization_id"}
        for table, column in columns.items():
            seen = session.scalars(text(f"select {column}::text from {table}")).all()  # noqa: S608 - names of tables
            assert seen == [amina.organization["id"]]
        hidden = session.execute(
            text("update roles set role = 'viewer' where organization_id = :theirs returning 1"),
            {"theirs": baraka.organization["id"]},
        )
        assert hidden.all() == []
