"""What the one door lets through, what it refuses, and what it tells the services behind it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import jwt
import pytest

from chassis.ids import new_id
from chassis.testing import KEY, headers_of, token
from gateway import readiness, routes

COHORTS = "/api/v1/programs/cohorts/"


def test_a_signed_in_request_reaches_its_service_as_it_was_sent(client, behind):
    sent = headers_of(organization=new_id()) | {"Idempotency-Key": "k", "X-Request-ID": "request-4711"}
    answer = client.post(f"{COHORTS}?a=1&b=%20x", data=b'{"name": "A"}', headers=sent)
    assert answer.status_code == 200
    seen = behind.seen[0]
    headers = {name.lower(): value for name, value in seen["headers"].items()}
    assert (seen["method"], seen["path"], seen["body"]) == ("POST", f"{COHORTS}?a=1&b=%20x", b'{"name": "A"}')
    assert headers["idempotency-key"] == "k"
    assert headers["x-request-id"] == answer.headers["X-Request-ID"] == "request-4711"


def test_identity_headers_from_outside_are_dropped(client, behind):
    forged = {"X-User-Id": "1", "X-Organization-Id": "2", "X-Ufadhili-Caller": "3", "X-Forwarded-For": "6.6.6.6"}
    client.get(COHORTS, headers=headers_of(organization=new_id()) | forged)
    seen = {name.lower(): value for name, value in behind.seen[0]["headers"].items()}
    assert not {"x-user-id", "x-organization-id", "x-ufadhili-caller"} & set(seen)
    assert seen["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize(
    "path", ["/internal/token", "/internal/decisions", "/metrics/../internal/token", "/x", "/api/v1/"]
)
def test_what_is_not_in_the_table_does_not_exist(client, behind, path):
    assert client.get(path, headers=headers_of()).status_code == 404
    assert behind.seen == []


def test_without_a_token_only_public_paths_open(client):
    refused = client.get(COHORTS)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.post("/api/v1/auth/login", json={}).status_code == 200


def bad_tokens():
    good = {"sub": str(new_id()), "sid": str(new_id())}
    claims = {**good, "iss": "ufadhili", "aud": "ufadhili", "iat": int(time.time()), "exp": int(time.time()) + 60}
    typ = {"typ": "at+jwt", "kid": "test"}
    whole = token(**good)
    return {
        "expired": token(**good, exp=int(time.time()) - 1),
        "another issuer": token(**good, iss="somebody"),
        "another audience": token(**good, aud="billing"),
        "a service's token": token(sub="billing", client_id="billing"),
        "no algorithm": jwt.encode(claims, None, "none", headers=typ),
        "a public key as a secret": jwt.encode(claims, "x" * 64, "HS256", headers=typ),
        "another type": jwt.encode(claims, KEY, "RS256", headers={"typ": "JWT", "kid": "test"}),
        "an unknown key": jwt.encode(claims, KEY, "RS256", headers={"typ": "at+jwt", "kid": "other"}),
        "a subject that is no id": token(sub="admin"),
        "padding": whole + "=",
        "a changed signature": whole[:-8] + ("A" * 8),
        "not a token": "a.b",
        "empty parts": "..",
    }


@pytest.mark.parametrize("name", bad_tokens())
def test_bad_tokens_are_refused(client, behind, name):
    answer = client.get(COHORTS, headers={"Authorization": f"Bearer {bad_tokens()[name]}"})
    assert answer.status_code == 401
    assert behind.seen == []


def test_an_ended_session_is_refused_once_identity_has_said_so(gateway, client, behind):
    session_id = str(new_id())
    caller = {"Authorization": f"Bearer {token(sub=str(new_id()), sid=session_id)}"}
    assert client.get(COHORTS, headers=caller).status_code == 200
    behind.revoked.append(session_id)
    gateway.extensions["revocations"].poll()
    assert client.get(COHORTS, headers=caller).status_code == 401


def test_the_partners_door_needs_the_role(client):
    closed = client.get("/api/v1/partner/dashboard/stats", headers=headers_of("dashboard.view", organization=new_id()))
    assert (closed.status_code, closed.json["detail"]) == (403, "Role 'partner' required")
    assert client.get("/api/v1/partner/dashboard/stats").status_code == 401
    partner = headers_of(("partner",), organization=new_id(), kind="partner")
    assert client.get("/api/v1/partner/dashboard/stats", headers=partner).status_code == 200


def test_consent_is_asked_every_time_and_no_consent_looks_like_no_student(client, behind):
    known, caller = str(new_id()), headers_of(organization=new_id())
    path = f"/api/v1/programs/students/{known}/progress/"
    refused = client.get(path, headers=caller)
    unknown = client.get(f"/api/v1/programs/students/{new_id()}/progress/", headers=caller)
    no_id = client.get("/api/v1/programs/students/not-an-id/progress/", headers=caller)
    for answer in (refused, unknown, no_id):
        assert answer.status_code == 403
        assert answer.json["code"] == "consent_required"
        assert answer.json["detail"] == refused.json["detail"]
    behind.granted.add(known)
    assert client.get(path, headers=caller).status_code == 200
    behind.granted.clear()
    assert client.get(path, headers=caller).status_code == 403


def test_if_privacy_cannot_be_asked_the_answer_is_no(client, behind):
    student = str(new_id())
    behind.granted.add(student)
    behind.privacy_up = False
    answer = client.get(f"/api/v1/programs/students/{student}/progress/", headers=headers_of(organization=new_id()))
    assert answer.status_code == 403
    assert answer.headers["X-Refusal"] == "privacy-unavailable"


def test_a_public_portfolio_needs_consent_but_no_token(client, behind):
    student = str(new_id())
    path = f"/api/v1/programs/students/{student}/portfolio/"
    assert client.get(path).status_code == 403
    behind.granted.add(student)
    assert client.get(path).status_code == 200


def test_trouble_upstream_is_told_in_shape(client):
    caller = headers_of(organization=new_id())
    assert client.get(f"{COHORTS}slow", headers=caller).status_code == 504
    broken = client.get(f"{COHORTS}broken", headers=caller)
    assert (broken.status_code, broken.json["code"]) == (502, "bad_gateway")
    partner = client.get("/api/v1/partner/broken", headers=headers_of(("partner",), organization=new_id()))
    assert set(partner.json) == {"detail", "request_id"}


def test_a_service_that_is_away_is_503_with_retry_after(make_gateway, behind):
    from chassis.settings import SERVICE_NAMES

    urls = dict.fromkeys(SERVICE_NAMES, behind.url) | {"programs": "http://127.0.0.1:9"}
    answer = make_gateway(service_urls=urls).test_client().get(COHORTS, headers=headers_of(organization=new_id()))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_connection_whose_answer_was_not_read_to_its_end_serves_nobody_else(client):
    caller = headers_of(organization=new_id())
    broken_off = client.get(f"{COHORTS}endless", headers=caller)
    next(broken_off.response)
    broken_off.close()
    answer = client.get(f"{COHORTS}after", headers=caller)
    assert (answer.status_code, answer.json) == (200, {"path": f"{COHORTS}after"})


def test_a_body_of_unknown_length_past_the_limit_is_refused(client):
    sent = headers_of(organization=new_id()) | {"Transfer-Encoding": "chunked"}
    body = BytesIO(b"x" * 1_000_001)
    answer = client.post(COHORTS, input_stream=body, headers=sent, environ_overrides={"wsgi.input_terminated": True})
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_a_body_past_the_limit_is_refused_before_it_is_read(client, behind):
    answer = client.post(COHORTS, data=b"x" * 1_000_001, headers=headers_of(organization=new_id()))
    assert answer.status_code == 413
    assert behind.seen == []


def test_a_file_may_be_larger_than_any_other_body(client, behind, monkeypatch):
    monkeypatch.setitem(routes.LARGER, "/api/v1/programs/imports", 1_500_000)
    caller = headers_of(organization=new_id())
    for size, status in ((1_500_000, 200), (1_500_001, 413)):
        answer = client.post("/api/v1/programs/imports/", data=b"x" * size, headers=caller)
        assert answer.status_code == status
    assert [len(seen["body"]) for seen in behind.seen] == [1_500_000]


def test_only_named_origins_may_read(client):
    preflight = {"Origin": "https://app.example.org", "Access-Control-Request-Method": "POST"}
    allowed = client.options(COHORTS, headers=preflight)
    assert allowed.status_code == 204
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://app.example.org"
    stranger = client.options(COHORTS, headers={**preflight, "Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers


def test_swagger_ui_is_shipped_and_runs_under_a_strict_policy(client, gateway, tmp_path):
    page = client.get("/api/schema/swagger-ui/")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        asset = client.get(f"/api/schema/swagger-ui/assets/{name}")
        assert asset.status_code == 200
        assert name in page.text
    assert client.get("/api/schema/swagger-ui/assets/../../schema.py").status_code == 404
    assert client.get("/api/schema/").status_code == 404
    (tmp_path / "gateway.json").write_text("{}")
    assert client.get("/api/schema/").json == {}


def test_readiness_needs_identity_and_tells_of_the_others(gateway, client):
    assert client.get("/readyz").status_code == 503
    gateway.extensions["revocations"].poll()
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert set(ready.json["services"]) == {
        "identity", "programs", "billing", "privacy", "analytics", "notifications",
    }  # fmt: skip


def test_asking_for_readiness_again_and_again_asks_the_services_once(gateway, client, behind):
    gateway.extensions["revocations"].poll()
    for _ in range(3):
        assert client.get("/readyz").status_code == 200
    assert len(behind.seen) == 6


def test_who_asks_while_a_service_hangs_holds_no_thread(monkeypatch):
    hangs = threading.Event()

    def ask(urls):
        hangs.wait(5)
        return [{"status": "ready"} for _ in urls]

    services = readiness._Services({"billing": "http://billing"})
    monkeypatch.setattr(readiness, "FRESH_SECONDS", -1.0)
    monkeypatch.setattr(readiness, "_ask", lambda urls: [{"status": "known"} for _ in urls])
    services.states()
    monkeypatch.setattr(readiness, "_ask", ask)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(services.states)
        while not services._lock.locked():
            time.sleep(0.01)
        assert services.states() == {"billing": {"status": "known"}}
        assert not slow.done()
        hangs.set()
        assert slow.result() == {"billing": {"status": "ready"}}
