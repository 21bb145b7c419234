"""Proving an address: by the link that was sent there, once and in time."""

from contracts.events.identity import (
    EmailVerified,
)


def test_an_address_is_proved_by_its_link_once(client, sign_up, link_token, published):
    amina = sign_up("amina@example.org")
    token = link_token("email_verification", amina.id)

    first = client.post("/api/v1/auth/email/verify/", json={"token": token})
    second = client.post("/api/v1/auth/email/verify/", json={"token": token})

    assert (first.status_code, first.json["email_verified"]) == (200, True)
    assert (second.status_code, second.json["code"]) == (404, "link_not_valid")
    assert [str(event.user_id) for event in published(EmailVerified)] == [amina.id]


def test_a_newer_link_replaces_the_one_before(client, sign_up, link_token):
    amina = sign_up("amina@example.org")
    old = link_token("email_verification", amina.id)
    link_token("email_verification", amina.id)

    assert client.post("/api/v1/auth/email/verify/", json={"token": old}).status_code == 404


def test_a_link_that_is_over_proves_nothing(client, sign_up, link_token, later):
    amina = sign_up("amina@example.org")
    token = link_token("email_verification", amina.id)

    later(3 * 86_400 + 1)

    assert client.post("/api/v1/auth/email/verify/", json={"token": token}).status_code == 404
