"""Signing up, logging in, and who one then is."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from contracts.events.identity import (
    EmailVerificationRequested,
    EmailVerified,
    MemberAdded,
    OrganizationCreated,
    UserRegistered,
)

GOOD = {"email": "amina@example.org", "password": "a long enough passphrase 7", "name": "Amina"}


def test_a_sponsor_signs_up_and_is_the_administrator_of_its_organization(sign_up):
    amina = sign_up("amina@example.org", "sponsor", organization="Bright Futures")

    me = amina.get("/me/").json

    assert me["user"]["email"] == "amina@example.org"
    assert me["user"]["email_verified"] is False
    assert me["organization"]["slug"] == "bright-futures"
    assert me["organization"]["currency"] == "KES"
    assert me["organization"]["time_zone"] == "Africa/Nairobi"
    assert me["organizations"] == [me["organization"]]
    assert [(role["role"], role["cohort_id"]) for role in me["roles"]] == [("sponsor_admin", None)]
    assert "org.manage" in me["permissions"]


def test_signing_up_is_told_to_the_other_services(sign_up, published):
    amina = sign_up("amina@example.org", "academy", organization="Lakeside Academy")

    assert [event.email for event in published(UserRegistered)] == ["amina@example.org"]
    assert [str(event.user_id) for event in published(EmailVerificationRequested)] == [amina.id]
    [created] = published(OrganizationCreated)
    assert (created.name, created.kind, created.slug) == ("Lakeside Academy", "academy", "lakeside-academy")
    [added] = published(MemberAdded)
    assert (str(added.user_id), added.role, added.cohort_id) == (amina.id, "academy_admin", None)


def test_a_student_signs_up_without_an_organization(sign_up):
    student = sign_up("student@example.org")

    me = student.get("/me/").json

    assert me["organization"] is None
    assert me["organizations"] == me["roles"] == me["permissions"] == []
    assert me["consent_scopes"] == {"received": [], "granted": []}


def test_the_country_brings_currency_and_time_zone(client):
    body = {**GOOD, "organization": {"name": "Kampala Fund", "kind": "sponsor", "country": "ug"}}

    organization = client.post("/api/v1/auth/signup/", json=body).json["organization"]

    assert (organization["country"], organization["currency"]) == ("UG", "UGX")
    assert organization["time_zone"] == "Africa/Kampala"


def test_one_address_has_one_account_however_it_is_written(client, sign_up):
    sign_up("amina@example.org")

    answer = client.post("/api/v1/auth/signup/", json={**GOOD, "email": " AMINA@Example.ORG "})

    assert answer.status_code == 409
    assert answer.json["code"] == "email_taken"


def test_two_organizations_of_one_name_get_two_slugs(sign_up):
    first = sign_up("one@example.org", "sponsor", organization="Bright Futures")
    second = sign_up("two@example.org", "sponsor", organization="Bright Futures")

    assert first.organization["slug"] == "bright-futures"
    assert second.organization["slug"].startswith("bright-futures-")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"email": "a" * 250 + "@example.org"}, "email"),
        ({"email": 7}, "email"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "Ami\x07na"}, "name"),
        ({"password": "too short"}, "password"),
        ({"password": "x" * 1_000_000}, "password"),
        ({"password": None}, "password"),
        ({"role": "platform_admin"}, "role"),
        ({"email_verified": True}, "email_verified"),
        ({"organization": {"name": "X", "kind": "bank"}}, "organization.kind"),
        ({"organization": {"name": "X", "kind": "academy", "sponsor_type": "corporate"}}, "organization.sponsor_type"),
        ({"organization": {"name": "X", "kind": "sponsor", "country": "XX"}}, "organization.country"),
        ({"organization": {"name": "X", "kind": "sponsor", "time_zone": "Mars/North"}}, "organization.time_zone"),
        ({"organization": {"name": "X", "kind": "sponsor", "slug": "-no-"}}, "organization.slug"),
        ({"organization": {"name": "X", "kind": "sponsor", "slug": "new\n"}}, "organization.slug"),
        ({"organization": {"name": "X", "kind": "sponsor", "id": "1"}}, "organization.id"),
    ],
)
def test_what_cannot_be_an_account_is_refused_and_makes_none(client, session, change, field):
    answer = client.post("/api/v1/auth/signup/", json={**GOOD, **change})

    assert answer.status_code == 422, answer.json
    assert field in {error["field"] for error in answer.json["errors"]}
    assert session.scalar(text("select count(*) from users")) == 0
    assert session.scalar(text("select count(*) from organizations")) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"email": "a\\u0000@example.org", "password": "a long enough passphrase 7", "name": "A"}', 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"", 422),
    ],
)
def test_what_is_no_body_is_refused(client, body, status):
    answer = client.post("/api/v1/auth/signup/", data=body, content_type="application/json")

    assert answer.status_code == status, answer.json
    assert answer.json["status"] == status


def test_a_password_in_the_answer_or_the_database_is_never_the_password(client, session):
    answer = client.post("/api/v1/auth/signup/", json=GOOD)

    kept = session.scalar(text("select password_hash from users"))
    assert kept.startswith("$argon2id$")
    assert GOOD["password"] not in answer.text


def test_a_refused_password_is_not_echoed(client):
    answer = client.post("/api/v1/auth/signup/", json={**GOOD, "password": "password-password"})

    assert answer.status_code == 422
    assert answer.json["code"] == "weak_password"
    assert "password-password" not in answer.text


def test_login_answers_what_the_analytics_contract_asks(client, sign_up):
    amina = sign_up("amina@example.org", "customer")

    answer = client.post("/api/v1/auth/login", json={"email": "Amina@Example.org", "password": amina.password})

    assert answer.status_code == 200
    assert set(answer.json) == {"access_token", "refresh_token", "user", "expires_in"}
    assert answer.json["expires_in"] == 900
    assert answer.json["user"] == {
        "id": amina.id,
        "email": "amina@example.org",
        "name": "Amina",
        "role": "admin",
        "customer_id": amina.organization["id"],
        "permissions": ["dashboard.view", "org.manage", "reports.create", "users.view"],
    }


def test_the_customer_domain_says_for_whom_the_token_speaks(client, sign_up):
    amina = sign_up("amina@example.org", "sponsor", organization="First One")
    second = amina.post("/orgs/", name="Second One", kind="employer").json
    credentials = {"email": amina.email, "password": amina.password}

    def organization(**more):
        return client.post("/api/v1/auth/login", json={**credentials, **more}).json["user"]["customer_id"]

    assert organization(customer_domain="second-one") == second["id"]
    assert organization(customer_domain="first-one") == amina.organization["id"]
    # Without one it is the organization of the latest session.
    assert organization() == amina.organization["id"]


def test_wrong_password_unknown_address_and_foreign_domain_look_the_same(client, sign_up):
    amina = sign_up("amina@example.org", "sponsor", organization="First One")
    sign_up("other@example.org", "sponsor", organization="Not Hers")
    good = {"email": amina.email, "password": amina.password}

    answers = [
        client.post("/api/v1/auth/login", json={**good, **change})
        for change in (
            {"password": "another long passphrase"},
            {"email": "nobody@example.org"},
            {"customer_domain": "not-hers"},
            {"customer_domain": "never-heard-of"},
        )
    ]

    shown = {(answer.status_code, answer.json["code"], answer.json["detail"]) for answer in answers}
    assert shown == {(401, "bad_credentials", "The e-mail address or the password is not right.")}


def test_a_hash_of_other_parameters_is_renewed_at_the_next_login(client, sign_up, session):
    amina = sign_up("amina@example.org")
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(amina.password)
    session.execute(text("update users set password_hash = :old"), {"old": old})

    answer = client.post("/api/v1/auth/login", json={"email": amina.email, "password": amina.password})

    assert answer.status_code == 200
    assert "m=19456,t=2,p=1" in session.scalar(text("select password_hash from users"))


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


def test_paths_match_with_and_without_the_slash(client):
    with_slash = client.post("/api/v1/auth/signup/", json=GOOD)
    without = client.post("/api/v1/auth/signup", json=GOOD)

    assert (with_slash.status_code, without.status_code) == (201, 409)
