"""Sessions: seen, ended, switched; an ended one is dead in identity at once."""

from uuid import uuid4

import pytest


def test_logging_out_ends_the_session_and_its_tokens(client, sign_up):
    amina = sign_up("amina@example.org")

    answer = amina.post("/logout/")

    assert answer.status_code == 204
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    ended = amina.get("/me/")
    assert (ended.status_code, ended.json["code"]) == (401, "session_ended")
    assert client.post("/api/v1/auth/refresh", json={"refresh_token": amina.refresh_token}).status_code == 401


def test_a_person_sees_their_devices_and_ends_one(client, sign_up):
    amina = sign_up("amina@example.org", "sponsor", organization="First One")
    credentials = {"email": amina.email, "password": amina.password}
    phone = client.post("/api/v1/auth/login", json=credentials, headers={"User-Agent": "Phone/1.0"}).json

    [latest, first] = amina.get("/sessions/").json["items"]
    assert (latest["device"], latest["current"], first["current"]) == ("Phone/1.0", False, True)
    assert latest["organization_name"] == "First One"

    assert amina.delete(f"/sessions/{latest['id']}/").status_code == 204
    with_the_phone = {"Authorization": f"Bearer {phone['access_token']}"}
    assert client.get("/api/v1/auth/me/", headers=with_the_phone).status_code == 401
    assert [session["id"] for session in amina.get("/sessions/").json["items"]] == [first["id"]]


def test_somebody_elses_session_does_not_exist(sign_up):
    amina, baraka = sign_up("amina@example.org"), sign_up("baraka@example.org")
    [his] = baraka.get("/sessions/").json["items"]

    assert amina.delete(f"/sessions/{his['id']}/").status_code == 404
    assert amina.delete(f"/sessions/{uuid4()}/").status_code == 404
    assert baraka.get("/me/").status_code == 200


def test_switching_makes_tokens_for_the_other_organization(sign_up):
    amina = sign_up("amina@example.org", "sponsor", organization="First One")
    second = amina.post("/orgs/", name="Second One", kind="employer").json
    before = amina.access_token

    amina.switch(second["id"])

    me = amina.get("/me/").json
    assert me["organization"]["name"] == "Second One"
    assert "candidates.read" in me["permissions"]
    assert {role["role"] for role in me["roles"]} == {"sponsor_admin", "employer_admin"}
    old = amina.client.get("/api/v1/auth/me/", headers={"Authorization": f"Bearer {before}"})
    assert old.json["organization"]["name"] == "First One"


def test_switching_to_none_leaves_no_permission(sign_up):
    amina = sign_up("amina@example.org", "sponsor")

    amina.switch(None)

    me = amina.get("/me/").json
    assert (me["organization"], me["permissions"]) == (None, [])


def test_nobody_switches_to_where_they_do_not_belong(sign_up):
    amina, baraka = sign_up("amina@example.org", "sponsor"), sign_up("baraka@example.org", "sponsor")

    assert amina.post("/switch/", organization_id=baraka.organization["id"]).status_code == 404
    assert amina.post("/switch/", organization_id=str(uuid4())).status_code == 404
    assert amina.post("/switch/").status_code == 422


def test_switching_does_not_prolong_a_session(client, sign_up, later):
    amina = sign_up("amina@example.org", "sponsor")
    for _ in range(4):
        later(20 * 86_400)
        amina.refresh()
        amina.switch(amina.organization["id"])

    later(11 * 86_400)

    assert client.post("/api/v1/auth/refresh", json={"refresh_token": amina.refresh_token}).status_code == 401


def test_an_answer_with_tokens_is_never_stored_for_an_idempotency_key(sign_up):
    amina = sign_up("amina@example.org", "sponsor")
    keyed = {**amina.headers, "Idempotency-Key": "the same"}
    body = {"organization_id": amina.organization["id"]}

    first = amina.client.post("/api/v1/auth/switch/", headers=keyed, json=body)
    second = amina.client.post("/api/v1/auth/switch/", headers=keyed, json=body)

    assert first.json["refresh_token"] != second.json["refresh_token"]
    assert "Idempotent-Replayed" not in second.headers


@pytest.mark.parametrize("path", ["/me/", "/sessions/"])
def test_without_a_token_nobody_is_anybody(client, path):
    answer = client.get(f"/api/v1/auth{path}")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_person_ends_all_sessions_but_this_one(client, sign_up):
    amina, baraka = sign_up("amina@example.org", "sponsor"), sign_up("baraka@example.org")
    credentials = {"email": amina.email, "password": amina.password}
    others = [client.post("/api/v1/auth/login", json=credentials).json for _ in range(2)]

    assert amina.delete("/sessions/").status_code == 204

    assert [one["current"] for one in amina.get("/sessions/").json["items"]] == [True]
    for other in others:
        bearer = {"Authorization": f"Bearer {other['access_token']}"}
        assert client.get("/api/v1/auth/me/", headers=bearer).status_code == 401
        assert client.post("/api/v1/auth/refresh", json={"refresh_token": other["refresh_token"]}).status_code == 401
    assert baraka.get("/me/").status_code == 200
