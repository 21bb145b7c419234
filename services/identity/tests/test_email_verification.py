"""Proving an address: by the link that was sent there, once and in time."""

from contracts.events.identity import (
    EmailVerified,
)


def test_an_address_is_proved_by_its_link_once(client, sign_up, link_token, published):
    amina = sign_up("amina@example.org")
    token = link_token("email_verification", amina.id)

    first = client.post("/api/v1/auth/email/verify/", json={"token": token, "password": amina.password})
    second = client.post("/api/v1/auth/email/verify/", json={"token": token, "password": amina.password})

    assert (first.status_code, first.json["email_verified"]) == (200, True)
    assert (second.status_code, second.json["code"]) == (404, "link_not_valid")
    assert [str(event.user_id) for event in published(EmailVerified)] == [amina.id]


def test_a_link_does_not_prove_the_account_of_a_stranger_who_used_my_address(client, sign_up, link_token, published):
    stranger = sign_up("amina@example.org")
    baraka = sign_up("baraka@example.org")
    token = link_token("email_verification", stranger.id)
    url = "/api/v1/auth/email/verify/"

    for more, headers in (({}, {}), ({"password": "what amina would have chosen"}, {}), ({}, baraka.headers)):
        refused = client.post(url, json={"token": token, **more}, headers=headers)
        assert (refused.status_code, refused.json["code"]) == (403, "account_not_yours")
    assert published(EmailVerified) == []


def test_who_is_signed_in_needs_only_the_link(client, sign_up, link_token):
    amina = sign_up("amina@example.org")
    token = link_token("email_verification", amina.id)

    assert client.post("/api/v1/auth/email/verify/", json={"token": token}, headers=amina.headers).status_code == 200


def test_a_newer_link_replaces_the_one_before(client, sign_up, link_token):
    amina = sign_up("amina@example.org")
    old = link_token("email_verification", amina.id)
    link_token("email_verification", amina.id)

    assert client.post("/api/v1/auth/email/verify/", json={"token": old, "password": amina.password}).status_code == 404


def test_a_link_that_is_over_proves_nothing(client, sign_up, link_token, later):
    amina = sign_up("amina@example.org")
    token = link_token("email_verification", amina.id)

    later(3 * 86_400 + 1)

    assert (
        client.post("/api/v1/auth/email/verify/", json={"token": token, "password": amina.password}).status_code == 404
    )
