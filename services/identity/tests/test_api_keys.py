"""API keys: made by who manages the organization, shown once, exchanged for no more than they hold."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from sqlalchemy import text

KEYS = "/api-keys/"


@pytest.fixture
def amina(sign_up):
    return sign_up("amina@example.org", "academy")


@pytest.fixture
def exchange(client, as_service):
    def ask(key):
        return client.post("/internal/api-key-token", headers=as_service("gateway"), json={"key": key})

    return ask


def made(person, *permissions, **more):
    answer = person.post(KEYS, name="LMS", permissions=permissions or ["records.write"], **more)
    assert answer.status_code == 201, answer.json
    return answer.json


def claims(answer):
    return jwt.decode(answer.json["access_token"], options={"verify_signature": False})


def test_a_key_is_shown_once_and_kept_as_a_hash(amina, database):
    key = made(amina)

    assert key["key"].startswith(key["prefix"])
    assert len(key["key"]) == len("ufa_") + 43
    [listed] = amina.get(KEYS).json["items"]
    assert listed == {name: value for name, value in key.items() if name != "key"}
    with database.transaction(amina.organization["id"]) as session:
        row = session.execute(text("select api_keys::text from api_keys")).scalar_one()
    assert key["key"] not in row
    assert key["key"].removeprefix("ufa_")[6:] not in row


def test_its_token_holds_exactly_what_the_key_holds_and_nobodys_rights(amina, exchange):
    key = made(amina, "records.write", "cohorts.read", "records.write")

    told = claims(exchange(key["key"]))

    assert told["perms"] == ["cohorts.read", "records.write"]
    assert (told["org"], told["org_kind"], told["role"]) == (amina.organization["id"], "academy", "integration")
    assert told["sub"] == told["sid"] == key["id"] != amina.id
    assert told["exp"] - told["iat"] == exchange(key["key"]).json["expires_in"] == 900
    assert amina.get(KEYS).json["items"][0]["last_used_at"] is not None


def test_a_key_cannot_hold_more_than_who_makes_it(amina, sign_up):
    sponsor = sign_up("baraka@example.org", "sponsor")

    assert sponsor.post(KEYS, name="x", permissions=["records.write"]).json["code"] == "cannot_give"
    for never in ("org.manage", "platform", "everything"):
        assert amina.post(KEYS, name="x", permissions=[never]).status_code == 422
    assert amina.post(KEYS, name="x", permissions=[]).status_code == 422


def test_only_who_manages_the_whole_organization_makes_keys(amina, join):
    part = join(amina, "baraka@example.org", "academy_admin", str(uuid4()))

    assert part.post(KEYS, name="x", permissions=["records.write"]).status_code == 403
    assert part.get(KEYS).status_code == 403


def test_a_keys_token_makes_no_keys_and_reads_no_person(amina, exchange, client):
    token = exchange(made(amina, "records.write", "cohorts.read")["key"]).json["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}

    body = {"name": "x", "permissions": ["records.write"]}
    assert client.post("/api/v1/auth/api-keys/", json=body, headers=bearer).status_code in {401, 403}
    assert client.get("/api/v1/auth/me/", headers=bearer).status_code == 401
    assert client.get("/api/v1/auth/sessions/", headers=bearer).status_code == 401


def test_a_revoked_key_opens_nothing_and_the_gateway_hears_of_it(amina, exchange, client, as_service):
    key = made(amina)
    assert exchange(key["key"]).status_code == 200

    assert amina.delete(f"{KEYS}{key['id']}/").status_code == 204

    assert (exchange(key["key"]).status_code, exchange(key["key"]).json["code"]) == (404, "unknown_api_key")
    assert key["id"] in client.get("/internal/revocations", headers=as_service("gateway")).json["revoked"]
    assert amina.get(KEYS).json["items"] == []
    assert amina.delete(f"{KEYS}{key['id']}/").status_code == 404


@pytest.mark.parametrize("key", ["ufa_" + "A" * 43, "", "ufa_", "x", "ufa_\u00e9" + "A" * 42])
def test_a_key_nobody_made_opens_nothing(exchange, key):
    answer = exchange(key)

    assert answer.status_code in {404, 422}
    assert not key or key not in answer.text


def test_a_key_ends_when_it_was_said_to(amina, exchange, later):
    soon = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    key = made(amina, expires_at=soon)
    assert exchange(key["key"]).json["expires_in"] <= 300

    later(301)

    assert exchange(key["key"]).status_code == 404
    assert amina.post(KEYS, name="x", permissions=["records.write"], expires_at=soon).status_code == 422


def test_another_organizations_keys_do_not_exist(amina, sign_up):
    other = sign_up("baraka@example.org", "academy")
    key = made(amina)

    assert other.get(KEYS).json["items"] == []
    assert other.delete(f"{KEYS}{key['id']}/").status_code == 404


def test_who_is_removed_leaves_no_key_behind(amina, join, exchange):
    baraka = join(amina, "baraka@example.org", "academy_admin")
    his, hers = made(baraka), made(amina)

    assert amina.delete(f"/orgs/{amina.organization['id']}/members/{baraka.id}/").status_code == 204

    assert exchange(his["key"]).status_code == 404
    assert exchange(hers["key"]).status_code == 200


def test_making_and_revoking_are_in_the_record_of_rights(amina):
    key = made(amina)
    amina.delete(f"{KEYS}{key['id']}/")

    entries = amina.get(f"/orgs/{amina.organization['id']}/audit/").json["items"]
    mine = [entry for entry in entries if entry["user_id"] == key["id"]]
    assert {entry["action"] for entry in mine} == {"api_key_created", "api_key_revoked"}
    assert key["key"] not in str(entries)


def test_only_the_gateway_exchanges_keys(client, as_service, amina):
    body = {"key": made(amina)["key"]}

    assert client.post("/internal/api-key-token", json=body).status_code == 401
    assert client.post("/internal/api-key-token", json=body, headers=amina.headers).status_code == 403
    assert client.post("/internal/api-key-token", json=body, headers=as_service("billing")).status_code == 403
