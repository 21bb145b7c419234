"""Signing up, logging in, and who one then is."""

import pytest
from sqlalchemy import text

from contracts.events.identity import (
    EmailVerificationRequested,
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


def test_paths_match_with_and_without_the_slash(client):
    with_slash = client.post("/api/v1/auth/signup/", json=GOOD)
    without = client.post("/api/v1/auth/signup", json=GOOD)

    assert (with_slash.status_code, without.status_code) == (201, 409)
