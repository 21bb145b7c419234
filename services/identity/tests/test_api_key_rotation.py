"""Rotating a key: a successor that holds the same, an old key that opens a while longer, or ends at once."""

from datetime import UTC, datetime, timedelta

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
        return client.post("/internal/api-key-token", headers=as_service("gateway"), json={"key": key["key"]})

    return ask


def made(person, **more):
    answer = person.post(KEYS, name="LMS", permissions=["records.write", "cohorts.read"], **more)
    assert answer.status_code == 201, answer.json
    return answer.json


def rotate(person, key, **body):
    return person.post(f"{KEYS}{key['id']}/rotate/", **body)


def permissions(answer):
    return jwt.decode(answer.json["access_token"], options={"verify_signature": False})["perms"]


def test_old_and_new_open_until_the_overlap_ends(amina, exchange, later):
    old = made(amina)

    new = rotate(amina, old, overlap_hours=2).json

    assert new["key"].startswith(new["prefix"])
    assert (new["name"], new["permissions"]) == (old["name"], old["permissions"])
    assert permissions(exchange(new)) == permissions(exchange(old)) == ["cohorts.read", "records.write"]
    later(2 * 3600 - 60)
    assert exchange(old).json["expires_in"] <= 60, "no token of the old key outlives the overlap"
    later(61)
    assert (exchange(old).status_code, exchange(new).status_code) == (404, 200)


def test_the_list_shows_both_until_then(amina, later):
    old = made(amina)
    new = rotate(amina, old).json

    listed = {key["id"]: key["replaced_by"] for key in amina.get(KEYS).json["items"]}
    assert listed == {old["id"]: new["id"], new["id"]: None}
    later(24 * 3600 + 1)
    amina.refresh()

    assert [key["id"] for key in amina.get(KEYS).json["items"]] == [new["id"]]


def test_a_key_that_leaked_ends_at_once_with_its_tokens(amina, exchange, client, as_service):
    old = made(amina)
    assert exchange(old).status_code == 200

    new = rotate(amina, old, overlap_hours=0).json

    assert (exchange(old).status_code, exchange(new).status_code) == (404, 200)
    revoked = client.get("/internal/revocations", headers=as_service("gateway")).json["revoked"]
    assert old["id"] in revoked
    assert new["id"] not in revoked


def test_a_key_with_an_end_gets_a_successor_of_the_same_length_and_never_lives_longer(amina, exchange, later):
    end = datetime.now(UTC) + timedelta(hours=10)
    old = made(amina, expires_at=end.isoformat())
    later(9 * 3600)
    amina.refresh()

    new = rotate(amina, old, overlap_hours=5).json

    left = datetime.fromisoformat(new["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=9, minutes=59) < left <= timedelta(hours=10)
    later(3601)
    assert exchange(old).status_code == 404


def test_a_key_is_replaced_once(amina):
    old = made(amina)
    new = rotate(amina, old).json

    again = rotate(amina, old)

    assert (again.status_code, again.json["code"]) == (409, "api_key_replaced")
    assert rotate(amina, new).status_code == 201


def test_what_opens_nothing_is_not_rotated(amina, sign_up, later):
    revoked, over = made(amina), made(amina, expires_at=(datetime.now(UTC) + timedelta(minutes=1)).isoformat())
    amina.delete(f"{KEYS}{revoked['id']}/")
    later(61)

    assert rotate(amina, revoked).status_code == 404
    assert rotate(amina, over).status_code == 404
    assert rotate(sign_up("other@example.org", "academy"), made(amina)).status_code == 404


@pytest.mark.parametrize("hours", [-1, 721, "x", 1.5])
def test_the_overlap_has_bounds(amina, hours):
    assert rotate(amina, made(amina), overlap_hours=hours).status_code == 422


def test_who_does_not_hold_its_permissions_may_not_see_its_successor(amina, join, session):
    key, baraka = made(amina), join(amina, "baraka@example.org", "academy_admin")
    session.execute(text("update roles set role = 'partner' where user_id = :his"), {"his": baraka.id})
    session.flush()
    baraka.refresh()

    refused = rotate(baraka, key)

    assert (refused.status_code, refused.json["code"]) == (403, "cannot_give")
    assert rotate(amina, key).status_code == 201


def test_the_successor_ends_with_the_membership_of_who_rotated(amina, join, exchange):
    baraka = join(amina, "baraka@example.org", "academy_admin")
    new = rotate(baraka, made(amina)).json

    amina.delete(f"/orgs/{amina.organization['id']}/members/{baraka.id}/")

    assert exchange(new).status_code == 404


def test_rotating_is_on_record(amina):
    old = made(amina)
    new = rotate(amina, old).json

    latest = amina.get(f"/orgs/{amina.organization['id']}/audit/").json["items"][0]

    assert (latest["action"], latest["user_id"]) == ("api_key_rotated", old["id"])
    assert latest["details"]["replaced_by"] == new["id"]
    assert new["key"] not in str(latest)


def test_keys_that_are_over_do_not_count_towards_the_most(amina, session, later):
    made(amina, expires_at=(datetime.now(UTC) + timedelta(minutes=1)).isoformat())
    session.execute(
        text(
            "insert into api_keys (id, organization_id, name, prefix, key_hash, permissions, created_at) "
            "select gen_random_uuid(), organization_id, name, prefix, decode(md5(n::text), 'hex'), permissions, "
            "created_at from api_keys, generate_series(1, 99) as n"
        )
    )
    session.flush()
    assert amina.post(KEYS, name="x", permissions=["records.write"]).json["code"] == "too_many_api_keys"

    later(61)

    assert made(amina)
