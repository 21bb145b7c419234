"""Invitations: single use, over after a week, sent again, accepted by whom they are for."""

import pytest
from sqlalchemy import text

from contracts.events.identity import EmailVerified, InvitationCreated, MemberAdded, UserRegistered

NEW = {"name": "Baraka", "password": "another long passphrase 8"}


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


@pytest.mark.parametrize("token", ["never-made", "x" * 2000, "%00", "é"])
def test_an_unknown_link_opens_nothing(accept, token):
    assert accept(token, **NEW).status_code in (400, 404)


def test_no_link_is_kept(invite, link_token, session):
    token = link_token("invitation", invite())

    assert token not in session.scalar(text("select i::text from invitations i"))
