"""Invitations: single use, over after a week, sent again, accepted by whom they are for."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from contracts.events.identity import EmailVerified, InvitationCreated, MemberAdded, UserRegistered

NEW = {"name": "Baraka", "password": "another long passphrase 8"}


@pytest.fixture
def amina(sign_up):
    return sign_up("amina@example.org", "sponsor", organization="Bright Futures")


@pytest.fixture
def invite(amina):
    def ask(email="baraka@example.org", role="sponsor_staff"):
        answer = amina.post(f"/orgs/{amina.organization['id']}/members/", email=email, role=role)
        assert answer.json["status"] == "invited", answer.json
        return answer.json["invitation_id"]

    return ask


@pytest.fixture
def accept(client):
    def go(token, headers=None, **body):
        return client.post(f"/api/v1/auth/invitations/{token}/accept/", headers=headers, json=body)

    return go


def test_a_new_person_accepts_and_is_in(client, invite, accept, link_token, published):
    answer = accept(link_token("invitation", invite()), **NEW)

    assert answer.status_code == 200
    assert answer.json["user"]["email"] == "baraka@example.org"
    assert answer.json["user"]["email_verified"] is True
    assert answer.json["organization"]["name"] == "Bright Futures"
    me = client.get(
        "/api/v1/auth/me/", headers={"Authorization": f"Bearer {answer.json['tokens']['access_token']}"}
    ).json
    assert [role["role"] for role in me["roles"]] == ["sponsor_staff"]
    assert [event.email for event in published(UserRegistered)][-1] == "baraka@example.org"
    assert [event.email for event in published(EmailVerified)] == ["baraka@example.org"]
    assert published(MemberAdded)[-1].role == "sponsor_staff"


def test_who_holds_the_link_sees_what_it_is_for(client, invite, link_token):
    token = link_token("invitation", invite())

    shown = client.get(f"/api/v1/auth/invitations/{token}/accept/").json

    assert {key: shown[key] for key in ("purpose", "email", "organization_name", "role", "has_account")} == {
        "purpose": "member",
        "email": "baraka@example.org",
        "organization_name": "Bright Futures",
        "role": "sponsor_staff",
        "has_account": False,
    }


def test_an_invitation_is_good_once(client, invite, accept, link_token):
    invitation = invite()
    token = link_token("invitation", invitation)
    accept(token, **NEW)

    again = accept(token, **NEW)

    assert (again.status_code, again.json["code"]) == (404, "link_not_valid")
    assert client.get(f"/api/v1/auth/invitations/{token}/accept/").status_code == 404


def test_after_a_week_it_is_over(client, invite, accept, link_token, later):
    token = link_token("invitation", invite())

    later(7 * 86_400 + 1)

    assert accept(token, **NEW).status_code == 404
    assert client.get(f"/api/v1/auth/invitations/{token}/accept/").status_code == 404


def test_sent_again_it_is_open_for_another_week(amina, invite, accept, link_token, later):
    invitation = invite()
    later(8 * 86_400)
    amina.refresh()

    sent = amina.post(f"/invitations/{invitation}/resend/")

    assert (sent.status_code, sent.json["resends"]) == (200, 1)
    assert accept(link_token("invitation", invitation), **NEW).status_code == 200


def test_sent_again_the_links_mailed_before_are_dead(amina, invite, accept, link_token, published):
    invitation = invite()
    old = link_token("invitation", invitation)

    amina.post(f"/invitations/{invitation}/resend/")

    assert [str(event.invitation_id) for event in published(InvitationCreated)] == [invitation, invitation]
    assert accept(old, **NEW).status_code == 404


def test_it_is_not_sent_for_ever(amina, invite):
    invitation = invite()

    statuses = [amina.post(f"/invitations/{invitation}/resend/").status_code for _ in range(6)]

    assert statuses == [200] * 5 + [409]


def test_taken_back_it_is_dead(amina, invite, accept, link_token):
    invitation = invite()
    token = link_token("invitation", invitation)

    assert amina.post(f"/invitations/{invitation}/revoke/").status_code == 204

    assert accept(token, **NEW).status_code == 404
    assert amina.post(f"/invitations/{invitation}/resend/").json["code"] == "invitation_not_pending"
    assert invite() != invitation


def test_another_organizations_invitation_does_not_exist(sign_up, invite):
    other, invitation = sign_up("other@example.org", "sponsor"), invite()

    assert other.post(f"/invitations/{invitation}/resend/").status_code == 404
    assert other.post(f"/invitations/{invitation}/revoke/").status_code == 404


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


@pytest.mark.parametrize("token", ["never-made", "x" * 2000, "%00", "é"])
def test_an_unknown_link_opens_nothing(accept, token):
    assert accept(token, **NEW).status_code in (400, 404)


def test_no_link_is_kept(invite, link_token, session):
    token = link_token("invitation", invite())

    assert token not in session.scalar(text("select i::text from invitations i"))
