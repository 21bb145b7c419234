"""Accepting an invitation: who may, with what, and what happens to an account a stranger opened."""

from concurrent.futures import ThreadPoolExecutor

import pytest

NEW = {"name": "Baraka", "password": "another long passphrase 8"}


def test_an_account_that_proved_its_address_accepts_with_its_password_only(sign_up, verify, invite, accept, link_token):
    token = link_token("invitation", invite())
    baraka = verify(sign_up("baraka@example.org"))

    wrong = accept(token, password="not this one at all")
    right = accept(token, password=baraka.password)

    assert (wrong.status_code, wrong.json["code"]) == (401, "bad_credentials")
    assert (right.status_code, right.json["user"]["id"]) == (200, baraka.id)


def test_guessing_a_password_at_an_invitation_locks_like_at_the_door(sign_up, verify, invite, accept, link_token):
    token = link_token("invitation", invite())
    verify(sign_up("baraka@example.org"))

    statuses = [accept(token, password="not this one at all").status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]


def test_who_is_signed_in_accepts_with_their_token(sign_up, invite, accept, link_token):
    token = link_token("invitation", invite())
    baraka = sign_up("baraka@example.org")

    answer = accept(token, headers=baraka.headers)

    assert (answer.status_code, answer.json["user"]["id"]) == (200, baraka.id)
    assert answer.json["user"]["email_verified"] is True


@pytest.mark.parametrize("invited_has_an_account", [True, False])
def test_somebody_else_who_is_signed_in_cannot_accept(sign_up, invite, accept, link_token, invited_has_an_account):
    token = link_token("invitation", invite())
    if invited_has_an_account:
        sign_up("baraka@example.org")
    chebet = sign_up("chebet@example.org")

    answer = accept(token, headers=chebet.headers)

    assert (answer.status_code, answer.json["code"]) == (403, "not_the_invited")


def test_an_account_opened_by_a_stranger_goes_to_who_reads_the_mail(client, sign_up, invite, accept, link_token):
    token = link_token("invitation", invite())
    stranger = sign_up("baraka@example.org")

    answer = accept(token, **NEW)

    assert answer.status_code == 200
    assert stranger.get("/me/").status_code == 401
    login = {"email": "baraka@example.org"}
    assert client.post("/api/v1/auth/login", json={**login, "password": stranger.password}).status_code == 401
    assert client.post("/api/v1/auth/login", json={**login, "password": NEW["password"]}).status_code == 200


def test_two_invitations_of_one_person_accepted_at_once_make_one_member(committing, sign_up, as_service):
    amina = sign_up("amina@example.org", "sponsor", through=committing.client)
    baraka = sign_up("baraka@example.org", through=committing.client)

    def link(role):
        path = f"/orgs/{amina.organization['id']}/members/"
        invitation = amina.post(path, email=baraka.email, role=role).json["invitation_id"]
        body = {"purpose": "invitation", "id": invitation}
        made = committing.client.post("/internal/links", headers=as_service("notifications"), json=body)
        return made.json["url"].removeprefix("http://localhost:8000")

    def accept(path):
        return committing.client.post(path, headers=baraka.headers, json={}).status_code

    links = [link("sponsor_staff"), link("sponsor_admin")]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(accept, links)) == [200, 200]

    members = amina.get(f"/orgs/{amina.organization['id']}/members/").json
    assert members["total"] == 2
    assert {role["role"] for role in members["items"][1]["roles"]} == {"sponsor_staff", "sponsor_admin"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "password"),
        ({"password": "another long passphrase 8"}, "name"),
        ({"name": "Baraka", "password": "short"}, "password"),
        ({"name": "Baraka", "password": "passwordpassword"}, "password"),
        ({**NEW, "role": "sponsor_admin"}, "role"),
        ({**NEW, "email": "other@example.org"}, "email"),
    ],
)
def test_an_acceptance_that_lacks_or_adds_something_is_refused_and_uses_nothing(
    invite, accept, link_token, body, field
):
    token = link_token("invitation", invite())

    refused = accept(token, **body)

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]
    assert accept(token, **NEW).status_code == 200
