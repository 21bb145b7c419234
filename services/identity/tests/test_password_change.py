"""Changing one's own password: the current one is asked, every session ends but a fresh one, the person is told."""

from contracts.events.identity import CredentialsChanged

CHANGE = "/password/change/"
NEW = "quite another passphrase 8"


def change(person, current=None, new=NEW):
    return person.post(CHANGE, current_password=current or person.password, new_password=new)


def test_who_knows_the_password_changes_it(client, sign_up):
    amina = sign_up("amina@example.org", "sponsor")
    credentials = {"email": amina.email, "password": amina.password}
    phone = client.post("/api/v1/auth/login", json=credentials).json
    before = amina.access_token

    answer = change(amina)

    assert answer.status_code == 200
    amina.use(answer.json)
    assert amina.get("/me/").json["organization"]["id"] == amina.organization["id"]
    for old in (before, phone["access_token"]):
        assert client.get("/api/v1/auth/me/", headers={"Authorization": f"Bearer {old}"}).status_code == 401
    assert client.post("/api/v1/auth/refresh", json={"refresh_token": phone["refresh_token"]}).status_code == 401
    assert client.post("/api/v1/auth/login", json=credentials).status_code == 401
    assert client.post("/api/v1/auth/login", json={**credentials, "password": NEW}).status_code == 200


def test_without_the_current_password_nothing_changes(client, sign_up):
    amina = sign_up("amina@example.org")

    answer = change(amina, "a wrong but long passphrase")

    assert (answer.status_code, answer.json["code"]) == (403, "not_reauthenticated")
    assert amina.get("/me/").status_code == 200, "the token is not to blame"
    assert client.post(f"/api/v1/auth{CHANGE}", json={}).status_code == 401


def test_guesses_of_the_current_password_count_like_those_at_the_door(client, sign_up):
    amina = sign_up("amina@example.org")

    statuses = [change(amina, "a wrong but long passphrase").status_code for _ in range(6)]

    assert statuses == [403] * 5 + [429]
    assert change(amina).status_code == 429
    login = client.post("/api/v1/auth/login", json={"email": amina.email, "password": amina.password})
    assert login.status_code == 429


def test_the_new_one_keeps_the_rules(sign_up):
    amina = sign_up("amina@example.org")

    for new in ("short", "Sponsor-2026!!", amina.password):
        refused = change(amina, new=new)
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json["errors"]] == ["new_password"]
    assert change(amina, new="x" * 1025).status_code == 422


def test_it_does_not_prolong_the_session(client, sign_up, later):
    amina = sign_up("amina@example.org")
    for _ in range(4):
        later(20 * 86_400)
        amina.refresh()
    amina.use(change(amina).json)

    later(11 * 86_400)

    assert client.post("/api/v1/auth/refresh", json={"refresh_token": amina.refresh_token}).status_code == 401


def test_an_ended_session_changes_nothing(sign_up):
    amina = sign_up("amina@example.org")
    amina.post("/logout/")

    assert change(amina).status_code == 401


def test_the_person_is_told_and_every_organization_of_theirs_has_it_on_record(sign_up, published):
    amina = sign_up("amina@example.org", "sponsor")
    second = amina.post("/orgs/", name="Second One", kind="employer").json

    amina.use(change(amina).json)

    assert [(told.what, told.email) for told in published(CredentialsChanged)] == [("password_changed", amina.email)]
    for organization in (amina.organization["id"], second["id"]):
        amina.switch(organization)
        latest = amina.get(f"/orgs/{organization}/audit/").json["items"][0]
        assert (latest["action"], latest["actor_id"], latest["user_id"]) == ("password_changed", amina.id, amina.id)
