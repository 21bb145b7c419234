"""Organizations: made, shown, changed; another's does not exist."""

from uuid import uuid4

import pytest

from contracts.events.identity import OrganizationCreated, OrganizationUpdated
from contracts.roles import ADMIN_ROLE


@pytest.mark.parametrize("kind", sorted(ADMIN_ROLE))
def test_who_makes_an_organization_administers_it(sign_up, published, kind):
    amina = sign_up("amina@example.org")

    answer = amina.post("/orgs/", name="New One", kind=kind)

    assert answer.status_code == 201, answer.json
    assert [event.kind for event in published(OrganizationCreated)] == [kind]
    amina.switch(answer.json["id"])
    assert [role["role"] for role in amina.get("/me/").json["roles"]] == [ADMIN_ROLE[kind]]


def test_everything_the_seed_asks_can_be_given(sign_up):
    amina = sign_up("amina@example.org")

    organization = amina.post(
        "/orgs/",
        name="Bright Futures",
        kind="sponsor",
        sponsor_type="foundation",
        slug="bright",
        contact_email="Office@Bright.example.org",
        country="KE",
    ).json

    assert organization["sponsor_type"] == "foundation"
    assert organization["slug"] == "bright"
    assert organization["contact_email"] == "office@bright.example.org"


def test_a_slug_asked_for_and_taken_is_a_conflict(sign_up):
    sign_up("amina@example.org", "sponsor", organization="Bright")

    answer = sign_up("baraka@example.org").post("/orgs/", name="Other", kind="sponsor", slug="bright")

    assert (answer.status_code, answer.json["code"]) == (409, "slug_taken")


def test_the_same_key_makes_one_organization(sign_up):
    amina = sign_up("amina@example.org")
    keyed, body = {**amina.headers, "Idempotency-Key": "once"}, {"name": "New One", "kind": "sponsor"}

    first = amina.client.post("/api/v1/auth/orgs/", headers=keyed, json=body)
    second = amina.client.post("/api/v1/auth/orgs/", headers=keyed, json=body)

    assert first.data == second.data
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(amina.get("/me/").json["organizations"]) == 1


def test_an_administrator_changes_the_organization_and_all_are_told(sign_up, published):
    amina = sign_up("amina@example.org", "sponsor")
    path = f"/orgs/{amina.organization['id']}/"

    answer = amina.patch(path, name="New Name", time_zone="Africa/Kampala", sponsor_type="corporate")

    assert answer.status_code == 200
    assert amina.get(path).json == answer.json
    assert answer.json["name"] == "New Name"
    [event] = published(OrganizationUpdated)
    assert (event.name, event.time_zone) == ("New Name", "Africa/Kampala")


@pytest.mark.parametrize(
    "body",
    [{}, {"kind": "employer"}, {"currency": "USD"}, {"id": str(uuid4())}, {"name": ""}, {"slug": "No Spaces"}],
)
def test_what_may_not_change_does_not(sign_up, body):
    amina = sign_up("amina@example.org", "sponsor")
    path = f"/orgs/{amina.organization['id']}/"

    assert amina.patch(path, **body).status_code == 422
    assert amina.get(path).json == amina.organization


def test_only_a_sponsor_has_a_sponsor_type(sign_up):
    amina = sign_up("amina@example.org", "academy")

    assert amina.patch(f"/orgs/{amina.organization['id']}/", sponsor_type="corporate").status_code == 422


def test_staff_see_the_organization_but_do_not_change_it(sign_up, join):
    amina = sign_up("amina@example.org", "sponsor")
    baraka = join(amina, "baraka@example.org", "sponsor_staff")
    path = f"/orgs/{amina.organization['id']}/"

    assert baraka.get(path).status_code == 200
    assert baraka.patch(path, name="Mine").status_code == 403


def test_another_organization_does_not_exist(sign_up):
    amina, baraka = sign_up("amina@example.org", "sponsor"), sign_up("baraka@example.org", "sponsor")
    theirs, never = baraka.organization["id"], str(uuid4())

    for organization in (theirs, never):
        for answer in (
            amina.get(f"/orgs/{organization}/"),
            amina.patch(f"/orgs/{organization}/", name="Mine"),
            amina.get(f"/orgs/{organization}/members/"),
            amina.post(f"/orgs/{organization}/members/", email="x@example.org", role="sponsor_staff"),
            amina.patch(f"/orgs/{organization}/members/{baraka.id}/", roles=[{"role": "sponsor_staff"}]),
            amina.delete(f"/orgs/{organization}/members/{baraka.id}/"),
            amina.post(f"/users/{baraka.id}/roles/", role="sponsor_staff", organization_id=organization),
            amina.get(f"/orgs/{organization}/audit/"),
        ):
            assert (answer.status_code, answer.json["code"]) == (404, "not_found"), answer.json
    assert baraka.get(f"/orgs/{theirs}/").json == baraka.organization


def test_who_acts_for_no_organization_is_asked_to_choose_one(sign_up):
    amina = sign_up("amina@example.org")

    assert amina.get(f"/orgs/{uuid4()}/").status_code == 403
