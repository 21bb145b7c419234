"""What other services ask of identity: tokens of their own, what was revoked, links to mail."""

import base64
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import jwt
import pytest


@pytest.fixture
def ask_token(client):
    def ask(name="billing", secret="billing-secret", **form):
        basic = base64.b64encode(f"{name}:{secret}".encode()).decode()
        return client.post(
            "/internal/token",
            headers={"Authorization": f"Basic {basic}"},
            data={"grant_type": "client_credentials", "audience": "privacy", **form},
        )

    return ask


def test_a_service_gets_a_token_for_one_callee(ask_token):
    answer = ask_token()

    assert answer.status_code == 200
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 600)
    claims = jwt.decode(answer.json["access_token"], options={"verify_signature": False})
    assert (claims["aud"], claims["sub"], claims["client_id"]) == ("privacy", "billing", "billing")
    assert set(claims) - {"fresh", "type"} == {"iss", "aud", "sub", "client_id", "iat", "exp", "jti"}


def test_its_token_opens_the_callees_doors_and_no_others(client, ask_token):
    def revocations(**form):
        token = ask_token(name="gateway", secret="gateway:secret", **form).json["access_token"]
        return client.get("/internal/revocations", headers={"Authorization": f"Bearer {token}"}).status_code

    assert revocations(audience="identity") == 200
    assert revocations(audience="privacy") == 401


@pytest.mark.parametrize(
    ("name", "secret"),
    [("billing", "wrong"), ("billing", ""), ("nobody", ""), ("", ""), ("gateway", "billing-secret"), ("é", "é")],
)
def test_a_wrong_secret_gets_nothing(ask_token, name, secret):
    answer = ask_token(name, secret)

    assert (answer.status_code, answer.json["code"]) == (401, "invalid_client")
    assert "access_token" not in answer.text


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Bearer x", "Basic " + base64.b64encode(b"x").decode()])
def test_without_credentials_nothing_is_given(client, header):
    form = {"grant_type": "client_credentials", "audience": "privacy"}

    assert client.post("/internal/token", headers={"Authorization": header}, data=form).status_code == 401


@pytest.mark.parametrize(
    "form", [{"audience": "ufadhili"}, {"audience": "bank"}, {"audience": ""}, {"grant_type": "password"}]
)
def test_a_token_for_people_or_for_nobody_is_not_given(ask_token, form):
    assert ask_token(**form).status_code == 400


@pytest.mark.parametrize(("method", "path"), [("get", "/internal/revocations"), ("post", "/internal/links")])
def test_the_inner_doors_are_closed_to_people(client, as_service, sign_up, method, path):
    amina = sign_up("amina@example.org", "sponsor")

    assert getattr(client, method)(path).status_code == 401
    assert getattr(client, method)(path, headers=amina.headers).status_code == 403
    assert getattr(client, method)(path, headers=as_service("billing")).status_code == 403


@pytest.fixture
def revoked(client, as_service):
    def ask(since=""):
        answer = client.get(f"/internal/revocations?since={since}", headers=as_service("gateway"))
        assert answer.status_code == 200, answer.json
        return answer.json

    return ask


def test_a_session_that_ends_is_told_to_the_gateway(sign_up, revoked):
    amina, _ = sign_up("amina@example.org"), sign_up("baraka@example.org")
    [session] = amina.get("/sessions/").json["items"]
    assert revoked()["revoked"] == []

    amina.post("/logout/")

    assert revoked()["revoked"] == [session["id"]]


def test_it_is_told_only_while_its_tokens_may_live(sign_up, revoked, later):
    sign_up("amina@example.org").post("/logout/")

    later(15 * 60 + 61)

    assert revoked()["revoked"] == []


def test_a_cursor_from_before_a_restore_misses_nothing(sign_up, revoked):
    sign_up("amina@example.org").post("/logout/")

    assert len(revoked("9999999999999")["revoked"]) == 1


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "%00", "9" * 30])
def test_a_cursor_that_is_none_is_refused(client, as_service, cursor):
    answer = client.get(f"/internal/revocations?since={cursor}", headers=as_service("gateway"))

    assert answer.status_code == 400


def test_from_its_cursor_the_gateway_hears_only_what_is_new(committing, sign_up, as_service):
    def ask(since):
        return committing.client.get(f"/internal/revocations?since={since}", headers=as_service("gateway")).json

    amina = sign_up("amina@example.org", through=committing.client)
    baraka = sign_up("baraka@example.org", through=committing.client)
    [his] = baraka.get("/sessions/").json["items"]
    amina.post("/logout/")
    first = ask("")
    assert ask(first["cursor"])["revoked"] == []

    baraka.post("/logout/")

    assert ask(first["cursor"])["revoked"] == [his["id"]]


def test_a_slow_commit_is_not_missed(committing, sign_up, as_service):
    """A session revoked in a transaction older than the answer, but committed after it."""
    from sqlalchemy import text

    def ask(since):
        return committing.client.get(f"/internal/revocations?since={since}", headers=as_service("gateway")).json

    amina = sign_up("amina@example.org", through=committing.client)
    [slow] = amina.get("/sessions/").json["items"]
    baraka = sign_up("baraka@example.org", through=committing.client)
    with committing.database.transaction("system") as session:
        session.execute(
            text("update sessions set revoked_at = now(), revoked_in = pg_current_xact_id() where id = :id"),
            {"id": slow["id"]},
        )
        baraka.post("/logout/")
        before = ask("")
    after = ask(before["cursor"])

    assert slow["id"] not in before["revoked"]
    assert slow["id"] in after["revoked"]


def test_a_link_is_made_for_what_is_pending(client, as_service, sign_up):
    amina = sign_up("amina@example.org")

    answer = client.post(
        "/internal/links", headers=as_service("notifications"), json={"purpose": "email_verification", "id": amina.id}
    )

    assert answer.status_code == 200
    assert answer.json["url"].startswith("http://localhost:8000/api/v1/auth/email/verify/?token=")


@pytest.mark.parametrize("purpose", ["invitation", "email_verification"])
def test_no_link_is_made_for_nobody(client, as_service, purpose):
    body = {"purpose": purpose, "id": str(uuid4())}

    assert client.post("/internal/links", headers=as_service("notifications"), json=body).status_code == 404


def test_no_link_is_made_for_what_is_done(client, as_service, sign_up, verify):
    amina = verify(sign_up("amina@example.org"))
    body = {"purpose": "email_verification", "id": amina.id}

    answer = client.post("/internal/links", headers=as_service("notifications"), json=body)

    assert (answer.status_code, answer.json["code"]) == (409, "already_verified")


def test_one_link_is_used_once_however_many_try(committing, sign_up, as_service):
    amina = sign_up("amina@example.org", through=committing.client)
    url = committing.client.post(
        "/internal/links", headers=as_service("notifications"), json={"purpose": "email_verification", "id": amina.id}
    ).json["url"]
    token = url.rsplit("=", 1)[1]

    def use(_):
        return committing.client.post(
            "/api/v1/auth/email/verify/", json={"token": token, "password": amina.password}
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(use, range(8)))

    assert statuses.count(200) == 1
    assert statuses.count(404) == 7
