"""An organization demands an authenticator app of its members: who has none may set one up, and nothing else there."""

import jwt
import pytest
from sqlalchemy import text

from contracts.events.identity import CredentialsChanged

LOGIN = "/api/v1/auth/login"


def claims(person):
    return jwt.decode(person.access_token, options={"verify_signature": False})


def enter(person, client, **more):
    """Sign in again, and return the answer."""
    answer = client.post(LOGIN, json={"email": person.email, "password": person.password, **more})
    assert answer.status_code == 200, answer.json
    person.use(answer.json)
    return answer.json


@pytest.fixture
def boss(protected):
    """Who manages an organization, with an authenticator app."""
    person, person.app = protected("boss@example.org", "sponsor")
    return person


@pytest.fixture
def demand(boss):
    """``demand()``, ``demand(False)`` → the answer."""

    def put(required=True, *, by=boss, of=None):
        headers, url = by.headers, f"/api/v1/auth/orgs/{of or boss.organization['id']}/second-factor/"
        return by.client.put(url, headers=headers, json={"required": required})

    return put


def test_who_has_none_is_out_at_once_and_back_when_they_have_one(client, boss, join, enrol, demand):
    amina = join(boss, "amina@example.org", "sponsor_staff")
    said = demand()
    assert (said.status_code, said.json["members_with"], said.json["members_without"]) == (200, 1, 1)

    assert amina.get("/me/").json["code"] == "session_ended", "with the next request"
    again = enter(amina, client)
    assert again["second_factor_required"] is True
    assert (again["user"]["customer_id"], again["user"]["permissions"], again["user"]["role"]) == (None, [], None)
    assert not {"org", "perms", "narrow"} & {name for name, value in claims(amina).items() if value}
    organization = boss.organization
    assert amina.get("/totp/").json["required_by"] == [{"id": organization["id"], "name": organization["name"]}]
    enrol(amina)
    amina.refresh()

    assert claims(amina)["org"] == organization["id"]
    assert "cohorts.read" in claims(amina)["perms"]
    assert boss.get("/me/").status_code == 200, "who has one was not disturbed"


def test_a_refresh_says_it_too(client, boss, join, demand, session):
    amina = join(boss, "amina@example.org", "sponsor_staff")
    demand()
    session.execute(text("update sessions set revoked_at = null, revoked_reason = null, revoked_in = null"))
    answer = client.post("/api/v1/auth/refresh", json={"refresh_token": amina.refresh_token})
    assert (answer.status_code, answer.json["second_factor_required"]) == (200, True)
    amina.use(answer.json)
    assert "org" not in claims(amina)


def test_no_other_door_leads_around_it(client, boss, join, sign_up, verify, demand, link_token):
    amina = join(boss, "amina@example.org", "sponsor_staff")
    demand()
    own = enter(amina, client)
    assert own["second_factor_required"]
    refused = amina.post("/switch/", organization_id=boss.organization["id"])
    assert (refused.status_code, refused.json["code"]) == (403, "second_factor_required")
    assert "/totp/enrol/" in refused.json["detail"]

    members = f"/orgs/{boss.organization['id']}/members/"
    invited = boss.post(members, email="new@example.org", role="sponsor_staff").json["invitation_id"]
    accept = f"/api/v1/auth/invitations/{link_token('invitation', invited)}/accept/"
    accepted = client.post(accept, json={"name": "New", "password": "a long enough passphrase 7"})
    assert (accepted.status_code, accepted.json["tokens"]["second_factor_required"]) == (200, True)


def test_a_report_is_not_fetched_for_who_has_none(client, boss, join, demand, as_service):
    amina = join(boss, "amina@example.org", "sponsor_staff")
    body = {"organization_id": boss.organization["id"], "user_id": amina.id}

    def readers():
        return client.post("/internal/dashboard-readers", json=body, headers=as_service("notifications")).status_code

    assert readers() == 200
    demand()
    assert readers() == 404


def test_taking_ones_own_away_ends_what_it_opened(client, boss, join, enrol, demand, later):
    amina = join(boss, "amina@example.org", "sponsor_staff")
    app = enrol(amina)
    demand()
    assert amina.get("/me/").status_code == 200
    later(60)
    assert amina.post("/totp/disable/", password=amina.password, code=app.code()).status_code == 204
    assert amina.get("/me/").json["code"] == "session_ended"
    assert enter(amina, client)["second_factor_required"]


def test_elsewhere_and_after_it_is_taken_back_nothing_is_asked(client, boss, join, demand, published):
    amina = join(boss, "amina@example.org", "sponsor_staff")
    demand()
    enter(amina, client)
    made = amina.post("/orgs/", name="Her own", kind="sponsor").json
    amina.switch(made["id"])
    assert claims(amina)["org"] == made["id"]
    assert demand(False).json["since"] is None
    assert "second_factor_required" not in enter(amina, client, customer_domain=boss.organization["slug"])
    assert [told.what for told in published(CredentialsChanged)] == ["totp_enabled"], "nobody's own sign-in changed"


def test_it_is_on_record_once(boss, demand):
    for required in (True, True, False, False):
        assert demand(required).status_code == 200
    lines = boss.get(f"/orgs/{boss.organization['id']}/audit/").json["items"]
    found = [(line["action"], line["actor_id"]) for line in lines if "demanded" in line["action"]]
    assert found == [("second_factor_not_demanded", boss.id), ("second_factor_demanded", boss.id)]


def test_only_who_manages_the_organization_and_has_one_may_demand_it(boss, sign_up, join, demand):
    staff, other = join(boss, "staff@example.org", "sponsor_staff"), sign_up("other@example.org", "sponsor")
    assert demand(by=staff).status_code == 403
    assert demand(by=other).status_code == 404
    refused = demand(by=other, of=other.organization["id"])
    assert (refused.status_code, refused.json["code"]) == (409, "own_second_factor_first")
    assert demand("yes please").status_code == 422
    answer = boss.client.put(
        f"/api/v1/auth/orgs/{boss.organization['id']}/second-factor/", headers=boss.headers, json={}
    )
    assert answer.status_code == 422


def test_api_keys_go_on(client, boss, demand, as_service):
    made = boss.post("/api-keys/", name="LMS", permissions=["rosters.import"])
    assert made.status_code == 201, made.json
    demand()
    answer = client.post("/internal/api-key-token", json={"key": made.json["key"]}, headers=as_service("gateway"))
    assert answer.status_code == 200
