"""A forgotten password: a link by mail, once and for half an hour; nobody learns who has an account."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, text

from contracts.events.identity import CredentialsChanged, EmailVerified, PasswordResetRequested

ASK, CONFIRM = "/api/v1/auth/password/reset/", "/api/v1/auth/password/reset/confirm/"
NEW = "quite another passphrase 8"


@pytest.fixture
def forget(client, published, link_token):
    """Ask for a new password, and give the token of the link that is mailed."""

    def ask(email):
        assert client.post(ASK, json={"email": email}).status_code == 202
        return link_token("password_reset", published(PasswordResetRequested)[-1].reset_id)

    return ask


@pytest.fixture
def confirm(client):
    def choose(token, password=NEW):
        return client.post(CONFIRM, json={"token": token, "password": password})

    return choose


def login(client, email, password):
    return client.post("/api/v1/auth/login", json={"email": email, "password": password}).status_code


def test_a_new_password_by_the_mailed_link(client, sign_up, forget, confirm):
    amina = sign_up("amina@example.org")

    assert confirm(forget("Amina@example.org")).status_code == 204

    assert login(client, amina.email, NEW) == 200
    assert login(client, amina.email, amina.password) == 401


def test_every_session_ends_with_the_old_password(client, sign_up, forget, confirm):
    amina = sign_up("amina@example.org", "sponsor")
    credentials = {"email": amina.email, "password": amina.password}
    phone = client.post("/api/v1/auth/login", json=credentials).json

    confirm(forget(amina.email))

    assert amina.get("/me/").status_code == 401
    for token in (amina.refresh_token, phone["refresh_token"]):
        assert client.post("/api/v1/auth/refresh", json={"refresh_token": token}).status_code == 401


def test_nobody_learns_whether_an_address_has_an_account(client, sign_up, published):
    sign_up("amina@example.org")

    known, unknown = (client.post(ASK, json={"email": email}) for email in ("amina@example.org", "no@example.org"))

    assert (known.status_code, known.json) == (unknown.status_code, unknown.json)
    assert {name for name, _ in known.headers} == {name for name, _ in unknown.headers}
    assert [asked.email for asked in published(PasswordResetRequested)] == ["amina@example.org"]


def test_the_same_work_is_done_whether_an_address_has_an_account(client, sign_up, database):
    sign_up("amina@example.org")
    ran: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def _note(_connection, _cursor, statement, *_):
        ran.append(re.sub(r"sa_savepoint_\d+", "one", statement))

    def work(email):
        ran.clear()
        assert client.post(ASK, json={"email": email}).status_code == 202
        return [one for one in ran if "savepoint" not in one.lower()]

    known, unknown = work("amina@example.org"), work("nobody@example.org")
    event.remove(database.engine, "before_cursor_execute", _note)

    assert known == unknown
    assert any("insert into outbox" in one for one in known)


def test_a_link_is_good_once(sign_up, forget, confirm):
    token = forget(sign_up("amina@example.org").email)
    assert confirm(token).status_code == 204

    again = confirm(token, "a third long passphrase 9")

    assert (again.status_code, again.json["code"]) == (404, "link_not_valid")


def test_a_link_is_good_for_half_an_hour(sign_up, forget, confirm, later):
    token = forget(sign_up("amina@example.org").email)

    later(30 * 60 + 1)

    assert confirm(token).status_code == 404


def test_a_newer_link_replaces_the_one_before(sign_up, forget, confirm):
    amina = sign_up("amina@example.org")
    first, second = forget(amina.email), forget(amina.email)

    assert confirm(first).status_code == 404
    assert confirm(second).status_code == 204


def test_no_link_is_made_that_nobody_asked_for(client, sign_up, as_service, forget, confirm, published):
    amina = sign_up("amina@example.org")

    def link(of):
        body = {"purpose": "password_reset", "id": str(of)}
        return client.post("/internal/links", headers=as_service("notifications"), json=body).status_code

    assert link(amina.id) == 404
    confirm(forget(amina.email))
    assert link(published(PasswordResetRequested)[-1].reset_id) == 404


def test_a_bad_password_is_refused_and_the_link_stays_good(sign_up, forget, confirm):
    token = forget(sign_up("amina@example.org").email)

    for password in ("short", "Sponsor-2026!!", "amina@example.org", "x" * 1025):
        assert confirm(token, password).status_code == 422

    assert confirm(token).status_code == 204


@pytest.mark.parametrize("token", ["never made", "é", "x" * 512])
def test_an_unknown_link_is_refused(confirm, token):
    answer = confirm(token)

    assert (answer.status_code, answer.json["code"]) == (404, "link_not_valid")
    assert token not in answer.text


@pytest.mark.parametrize("email", ["amina@example.org", "nobody@example.org"])
def test_an_address_is_written_to_three_times_an_hour(client, sign_up, later, email, published):
    sign_up("amina@example.org")

    answers = [client.post(ASK, json={"email": email}) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert answers[3].json["code"] == "too_many_resets"
    assert 3500 <= int(answers[3].headers["Retry-After"]) <= 3601
    assert len(published(PasswordResetRequested)) in {0, 3}
    later(3601)
    assert client.post(ASK, json={"email": email}).status_code == 202


def test_no_token_and_no_address_is_kept_in_the_clear(sign_up, forget, session):
    token = forget(sign_up("amina@example.org").email)

    kept = session.execute(text("select r::text from password_resets r")).scalars().all()
    asked = session.execute(text("select r::text from password_reset_requests r")).scalars().all()
    told = session.execute(text("select data::text from outbox")).scalars().all()

    assert len(kept) == len(asked) == 1
    assert not any(token in row for row in (*kept, *told))
    assert "amina" not in asked[0]


def test_a_locked_address_is_open_again_with_the_new_password(client, sign_up, forget, confirm):
    amina = sign_up("amina@example.org")
    for _ in range(6):
        login(client, amina.email, "a wrong but long passphrase")
    assert login(client, amina.email, amina.password) == 429

    confirm(forget(amina.email))

    assert login(client, amina.email, NEW) == 200


def test_the_person_is_told_and_it_is_on_record(client, sign_up, forget, confirm, published):
    amina = sign_up("amina@example.org", "sponsor")

    confirm(forget(amina.email))

    [told] = published(CredentialsChanged)
    assert (told.what, told.email) == ("password_reset", amina.email)
    fresh = client.post("/api/v1/auth/login", json={"email": amina.email, "password": NEW}).json
    bearer = {"Authorization": f"Bearer {fresh['access_token']}"}
    latest = client.get(f"/api/v1/auth/orgs/{amina.organization['id']}/audit/", headers=bearer).json["items"][0]
    assert (latest["action"], latest["user_id"], latest["details"]) == ("password_reset", amina.id, {})


def test_who_reads_the_mail_gets_the_account_a_stranger_opened_with_the_address(
    client, sign_up, forget, confirm, published, as_service
):
    stranger = sign_up("amina@example.org", "academy")
    key = stranger.post("/api-keys/", name="x", permissions=["records.write"]).json["key"]

    confirm(forget("amina@example.org"))

    assert [str(one.user_id) for one in published(EmailVerified)] == [stranger.id]
    assert stranger.get("/me/").status_code == 401
    exchanged = client.post("/internal/api-key-token", headers=as_service("gateway"), json={"key": key})
    assert exchanged.status_code == 404


def test_an_organizations_keys_outlive_the_password_of_who_made_them(
    client, sign_up, verify, forget, confirm, as_service
):
    amina = verify(sign_up("amina@example.org", "academy"))
    key = amina.post("/api-keys/", name="x", permissions=["records.write"]).json["key"]

    confirm(forget(amina.email))

    exchanged = client.post("/internal/api-key-token", headers=as_service("gateway"), json={"key": key})
    assert exchanged.status_code == 200


def test_of_eight_who_use_a_link_at_once_one_wins(committing, sign_up, as_service):
    client = committing.client
    amina = sign_up("amina@example.org", through=client)
    client.post(ASK, json={"email": amina.email})
    with committing.database.transaction("system") as session:
        reset_id = session.scalar(text("select id from password_resets"))
    body = {"purpose": "password_reset", "id": str(reset_id)}
    url = client.post("/internal/links", headers=as_service("notifications"), json=body).json["url"]

    def use(number):
        new = {"token": url.rsplit("=", 1)[1], "password": f"a long passphrase of number {number}"}
        return committing.client.post(CONFIRM, json=new).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(use, range(8)))

    assert sorted(statuses) == [204] + [404] * 7
    winner = f"a long passphrase of number {statuses.index(204)}"
    assert login(committing.client, amina.email, winner) == 200


def test_the_page_behind_the_link_uses_it_only_when_its_form_is_sent(client, sign_up, forget, confirm):
    token = forget(sign_up("amina@example.org").email)

    shown = client.get(f"{CONFIRM}?token={token}", headers={"Accept": "text/html"})

    assert shown.status_code == 200
    assert f'value="{token}"' in shown.text
    assert (shown.headers["Referrer-Policy"], shown.headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert confirm(token).status_code == 204
    escaped = client.get(CONFIRM, query_string={"token": '"><script>alert(1)</script>'})
    assert "<script>alert" not in escaped.text


def test_what_was_asked_for_is_forgotten(sign_up, forget, run_job, session, later):
    forget(sign_up("amina@example.org").email)

    later(86_401)
    run_job("forget-the-past")
    assert session.scalar(text("select count(*) from password_reset_requests")) == 0
    later(31 * 86_400)
    run_job("forget-the-past")

    assert session.scalar(text("select count(*) from password_resets")) == 0
