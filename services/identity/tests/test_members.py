"""Members and roles: given by who holds them, taken at once, never the last administrator's."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import text

from contracts.events.identity import InvitationCreated, MemberAdded, MemberRemoved


def members_of(person):
    return f"/orgs/{person.organization['id']}/members/"


def test_a_person_with_a_proved_address_is_a_member_at_once(sign_up, verify, published):
    amina, baraka = sign_up("amina@example.org", "sponsor"), verify(sign_up("baraka@example.org"))

    answer = amina.post(members_of(amina), email="Baraka@example.org", role="sponsor_staff")

    assert answer.status_code == 201
    assert (answer.json["status"], answer.json["user_id"]) == ("active", baraka.id)
    assert answer.json["roles"] == [{"role": "sponsor_staff", "cohort_id": None}]
    assert [event.role for event in published(MemberAdded)] == ["sponsor_admin", "sponsor_staff"]
    assert published(InvitationCreated) == []
    baraka.switch(amina.organization["id"])
    assert "cohorts.read" in baraka.get("/me/").json["permissions"]


@pytest.mark.parametrize("known", [True, False])
def test_who_has_not_proved_the_address_is_invited(sign_up, published, known):
    amina = sign_up("amina@example.org", "sponsor", organization="Bright Futures")
    if known:
        sign_up("baraka@example.org")

    answer = amina.post(members_of(amina), email="baraka@example.org", role="sponsor_staff")

    assert answer.status_code == 201
    assert (answer.json["status"], answer.json["user_id"], answer.json["name"]) == ("invited", None, None)
    [event] = published(InvitationCreated)
    assert (event.purpose, event.email, event.organization_name) == ("member", "baraka@example.org", "Bright Futures")
    assert str(event.invitation_id) == answer.json["invitation_id"]


def test_members_and_invited_are_listed_a_page_at_a_time(sign_up, join):
    amina = sign_up("amina@example.org", "sponsor")
    for name in ("baraka", "chebet"):
        join(amina, f"{name}@example.org", "sponsor_staff")
    amina.post(members_of(amina), email="daudi@example.org", role="sponsor_staff")

    first = amina.get(members_of(amina) + "?limit=2").json
    second = amina.get(members_of(amina) + "?limit=2&page=2").json
    invited = amina.get(members_of(amina) + "?status=invited").json

    assert (first["total"], first["pages"]) == (3, 2)
    assert [row["email"] for row in first["items"] + second["items"]] == [
        "amina@example.org",
        "baraka@example.org",
        "chebet@example.org",
    ]
    assert [row["email"] for row in invited["items"]] == ["daudi@example.org"]
    assert amina.get(members_of(amina) + "?status=gone").status_code == 400


def test_somebody_is_added_only_once(sign_up, join):
    amina = sign_up("amina@example.org", "sponsor")
    join(amina, "baraka@example.org", "sponsor_staff")
    amina.post(members_of(amina), email="chebet@example.org", role="sponsor_staff")

    again = amina.post(members_of(amina), email="baraka@example.org", role="sponsor_admin")
    twice = amina.post(members_of(amina), email="chebet@example.org", role="sponsor_staff")

    assert (again.status_code, again.json["code"]) == (409, "already_member")
    assert (twice.status_code, twice.json["code"]) == (409, "already_invited")


def test_a_removed_member_is_out_with_the_next_request(client, sign_up, join, published):
    amina = sign_up("amina@example.org", "sponsor")
    baraka = join(amina, "baraka@example.org", "sponsor_staff")

    assert amina.delete(f"{members_of(amina)}{baraka.id}/").status_code == 204

    assert baraka.get("/me/").status_code == 401
    assert client.post("/api/v1/auth/refresh", json={"refresh_token": baraka.refresh_token}).status_code == 401
    assert [str(event.user_id) for event in published(MemberRemoved)] == [baraka.id]
    login = client.post("/api/v1/auth/login", json={"email": baraka.email, "password": baraka.password})
    assert (login.json["user"]["customer_id"], login.json["user"]["permissions"]) == (None, [])


def test_removal_here_leaves_what_the_person_does_elsewhere(sign_up, verify):
    amina, baraka = sign_up("amina@example.org", "sponsor"), verify(sign_up("baraka@example.org", "employer"))
    amina.post(members_of(amina), email=baraka.email, role="sponsor_staff")

    amina.delete(f"{members_of(amina)}{baraka.id}/")

    assert baraka.get("/me/").json["organization"]["id"] == baraka.organization["id"]


def test_who_loses_a_role_is_signed_out_and_comes_back_with_less(client, sign_up, join, published):
    amina = sign_up("amina@example.org", "sponsor")
    baraka = join(amina, "baraka@example.org", "sponsor_admin")

    changed = amina.patch(f"{members_of(amina)}{baraka.id}/", roles=[{"role": "sponsor_staff"}])

    assert changed.json["roles"] == [{"role": "sponsor_staff", "cohort_id": None}]
    assert baraka.get("/me/").status_code == 401
    login = client.post("/api/v1/auth/login", json={"email": baraka.email, "password": baraka.password})
    assert login.json["user"]["role"] == "sponsor_staff"
    assert len(published(MemberRemoved)) == 1
    assert published(MemberAdded)[-1].role == "sponsor_staff"


@pytest.mark.parametrize("how", ["removed", "made staff"])
def test_nobody_comes_in_by_the_word_of_who_was_sent_away(client, sign_up, join, link_token, how):
    amina = sign_up("amina@example.org", "sponsor")
    baraka = join(amina, "baraka@example.org", "sponsor_admin")
    own = f"{members_of(amina)}{baraka.id}/"
    invited = baraka.post(members_of(amina), email="baraka.too@example.org", role="sponsor_admin").json
    token = link_token("invitation", invited["invitation_id"])

    _ = amina.delete(own) if how == "removed" else amina.patch(own, roles=[{"role": "sponsor_staff"}])

    accepted = client.post(
        f"/api/v1/auth/invitations/{token}/accept/", json={"name": "B", "password": "another long passphrase 8"}
    )
    assert (accepted.status_code, accepted.json["code"]) == (404, "link_not_valid")
    assert amina.get(f"{members_of(amina)}?status=invited").json["total"] == 0


def test_who_only_gains_stays_signed_in(sign_up, join):
    amina = sign_up("amina@example.org", "sponsor")
    baraka = join(amina, "baraka@example.org", "sponsor_staff")

    amina.patch(f"{members_of(amina)}{baraka.id}/", roles=[{"role": "sponsor_staff"}, {"role": "sponsor_admin"}])

    assert baraka.get("/me/").status_code == 200


def test_the_last_administrator_stays(sign_up, join):
    amina = sign_up("amina@example.org", "sponsor")
    join(amina, "baraka@example.org", "sponsor_staff")
    join(amina, "chebet@example.org", "sponsor_admin", str(uuid4()))
    own = f"{members_of(amina)}{amina.id}/"

    for answer in (
        amina.delete(own),
        amina.patch(own, roles=[{"role": "sponsor_staff"}]),
        amina.patch(own, roles=[{"role": "sponsor_admin", "cohort_id": str(uuid4())}]),
    ):
        assert (answer.status_code, answer.json["code"]) == (409, "last_admin")
    assert amina.get("/me/").status_code == 200


def test_two_administrators_who_remove_each_other_leave_one(committing, sign_up):
    amina = sign_up("amina@example.org", "sponsor", through=committing.client)
    baraka = sign_up("baraka@example.org", through=committing.client)
    organization = amina.organization["id"]
    with committing.database.transaction("system") as session:
        session.execute(text("update users set email_verified_at = now()"))
    amina.post(members_of(amina), email=baraka.email, role="sponsor_admin")
    baraka.switch(organization)

    def remove(who, whom):
        path = f"/api/v1/auth/orgs/{organization}/members/{whom.id}/"
        return committing.client.delete(path, headers=who.headers).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(remove, (amina, baraka), (baraka, amina)))

    assert statuses.count(204) == 1
    with committing.database.transaction("system") as session:
        assert session.scalar(text("select count(*) from memberships")) == 1
