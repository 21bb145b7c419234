"""What nginx is told, question by question, by the very callable that production serves."""

import json
from dataclasses import dataclass

import pytest
from prometheus_client import REGISTRY

from chassis.ids import new_id
from chassis.testing import headers_of, token
from gateway.app import create_authorize

COHORTS = "/api/v1/programs/cohorts/"
STUDENT = "0192f0c1-7b7e-7d5c-9a53-0f2f1c7a4e11"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass
class Told:
    """What nginx reads of an answer: its status, its headers, and nothing of its body."""

    status: int
    headers: dict[str, str]

    @property
    def refusal(self):
        return int(self.headers["X-Refusal-Status"]), json.loads(self.headers["X-Refusal-Body"])


class Nginx:
    """Asks as nginx does."""

    def __init__(self, authorize) -> None:
        self.authorize = authorize

    def ask(self, uri, method="GET", address="192.0.2.1", **more) -> Told:
        names = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in more.items()}
        environ = {"PATH_INFO": "/internal/decide", "HTTP_X_METHOD": method, "HTTP_X_URI": uri}
        heard = []
        body = self.authorize(
            {**environ, "HTTP_X_ADDRESS": address, "HTTP_X_REQUEST_ID": "request-4711", **names},
            lambda status, headers: heard.extend((int(status[:3]), dict(headers))),
        )
        assert b"".join(body) == b""
        return Told(*heard)


@pytest.fixture
def make_nginx(make_settings):
    return lambda **changes: Nginx(create_authorize(make_settings(**changes))[0])


@pytest.fixture
def nginx(make_nginx):
    return make_nginx()


def test_who_may_go_on_is_told_where_and_as_whom(nginx):
    user, organization = new_id(), new_id()
    told = nginx.ask(f"{COHORTS}?page=2", **headers_of("programs.read", user=user, organization=organization))
    assert told.status == 200
    assert (
        told.headers.items()
        >= {
            "X-Service": "programs",
            "X-Path": COHORTS,
            "X-User": str(user),
            "X-Organization": str(organization),
            "X-Operation": "/api/v1/programs/{rest...}",
            "RateLimit-Limit": "1000",
            "RateLimit-Remaining": "999",
        }.items()
    )


def test_nginx_hears_nothing_but_200_and_403(nginx):
    asked = (
        COHORTS,
        "/nothing",
        "/api/v1/partner/x",
        "//",
        "",
        "*",
        "http://evil.example/",
        "/%00",
        "/\xff\xfe",
        "/pay/%",
    )
    for uri in asked:
        told = nginx.ask(uri)
        assert told.status in (200, 403), uri


@pytest.mark.parametrize(
    ("uri", "status", "code"),
    [
        (COHORTS, 401, "unauthenticated"),
        ("/internal/token", 404, "not_found"),
        ("/internal/decide", 404, "not_found"),
        ("/metrics", 404, "not_found"),
        ("/api/v1/programs/x/../students/1/progress/", 404, "not_found"),
        ("/api/v1/programs/x/%2e%2e/students/1/progress/", 404, "not_found"),
        ("/api/v1/programs/x%2f..%2f..%2finternal", 404, "not_found"),
        ("//evil.example/healthz", 404, "not_found"),
        ("/pay/%00", 400, "malformed"),
        ("/pay/x?a=%00", 400, "malformed"),
    ],
)
def test_a_refusal_comes_ready_made(nginx, uri, status, code):
    told = nginx.ask(uri)
    found, body = told.refusal
    assert (found, body["status"], body["code"], body["request_id"]) == (status, status, code, "request-4711")
    assert told.headers["X-Refusal-Type"] == "application/problem+json"
    assert ("WWW-Authenticate" in told.headers) == (status == 401)


def test_the_partners_family_has_its_own_shape(nginx):
    told = nginx.ask("/api/v1/partner/dashboard", **headers_of(organization=new_id()))
    assert told.refusal == (403, {"detail": "Role 'partner' required", "request_id": "request-4711"})
    assert told.headers["X-Refusal-Type"] == "application/json"


def test_what_is_decided_on_is_what_is_forwarded(nginx):
    caller = headers_of(organization=new_id())
    for uri, path in {
        "/api/v1/programs/a%2Fb?x=%2F#y": "/api/v1/programs/a/b",
        "/api/v1/programs/%63ohorts/": COHORTS,
        "/api/v1/programs/100%25%3Fa%23b;c=d%5C%C3%A9": "/api/v1/programs/100%25%3Fa%23b;c=d%5C%C3%A9",
        "/api/v1/programs/caf\xc3\xa9": "/api/v1/programs/caf%C3%A9",
    }.items():
        told = nginx.ask(uri, **caller)
        assert (told.headers["X-Service"], told.headers["X-Path"]) == ("programs", path)
    assert nginx.ask("/api/v1/programs/a%0d%0aX-Service:%20identity", **caller).refusal[0] == 404


def test_consent_is_asked_with_the_requests_own_id_and_trace(nginx, behind, monkeypatch):
    path, caller = f"/api/v1/programs/students/{STUDENT}/progress/", headers_of(organization=new_id())
    assert nginx.ask(path, **caller).refusal[1]["code"] == "consent_required"
    behind.granted.add(STUDENT)
    assert nginx.ask(path, **caller, traceparent=TRACE).headers["X-Service"] == "programs"
    asked = behind.questions[-1]
    assert asked["X-Request-ID"] == "request-4711"
    assert asked["traceparent"].split("-")[1] == TRACE.split("-")[1]
    behind.privacy_up = False
    refused = nginx.ask(path, **caller)
    assert refused.refusal[0] == 403
    assert refused.headers["X-Refusal"] == "privacy-unavailable"


def test_limits_are_counted_and_told(make_nginx):
    nginx = make_nginx(sign_in_limit="2/minute")
    told = [nginx.ask("/api/v1/auth/login", "POST") for _ in range(3)]
    assert [one.status for one in told] == [200, 200, 403]
    assert told[2].refusal[1]["code"] == "too_many_requests"
    assert int(told[2].headers["Retry-After"]) >= 1
    assert told[2].headers["RateLimit-Remaining"] == "0"
    assert nginx.ask("/api/v1/auth/login", "POST", address="192.0.2.2").status == 200


def test_a_body_announced_too_large_is_refused_before_it_comes(nginx):
    caller = headers_of(organization=new_id())
    assert nginx.ask(COHORTS, "POST", **caller, **{"X-Length": "1000001"}).refusal[0] == 413
    assert nginx.ask(COHORTS, "POST", **caller, **{"X-Length": "1000000"}).status == 200


def test_a_file_may_be_larger_than_any_other_body(nginx):
    caller = headers_of(organization=new_id())
    assert nginx.ask("/api/v1/programs/imports/", "POST", **caller, **{"X-Length": "200000000"}).status == 200
    assert nginx.ask("/api/v1/programs/imports/", "POST", **caller, **{"X-Length": "300000000"}).refusal[0] == 413


def test_a_preflight_is_answered_without_a_body_and_only_named_origins_are_marked(nginx):
    preflight = {"Origin": "https://app.example.org", "X-Preflight": "POST"}
    told = nginx.ask("/anything", "OPTIONS", **preflight)
    assert told.headers["X-Refusal-Status"] == "204"
    assert "X-Refusal-Body" not in told.headers
    assert (told.headers["X-Vary"], told.headers["X-Allowed-Origin"]) == ("Origin", "https://app.example.org")
    assert (
        "X-Allowed-Origin"
        not in nginx.ask("/anything", "OPTIONS", **{**preflight, "Origin": "https://evil.example"}).headers
    )


def test_a_refusal_fits_a_header_however_long_or_strange_the_path(nginx):
    for uri in ("/" + '"\\' * 4000, "/" + "\xff" * 8000, "/" + "%01" * 2600, "/caf\xc3\xa9\x7f", "/\xf0\x9f\x8c\x8d"):
        told = nginx.ask(uri)
        body = told.headers["X-Refusal-Body"]
        assert len(body) < 12_500
        assert body.isascii()
        assert body.isprintable()
        assert told.refusal[0] == (414 if len(uri) > 100 else 404)


def test_our_own_mistake_is_a_500_and_no_leave(nginx, monkeypatch, capsys):
    def broken(*_):
        raise RuntimeError("quotes a secret")

    monkeypatch.setattr(nginx.authorize, "_gate", type("Gate", (), {"service_for": broken})())
    told = nginx.ask(COHORTS, **headers_of(organization=new_id()))
    assert (told.status, told.refusal[0]) == (403, 500)
    assert "X-Service" not in told.headers
    assert "secret" not in str(told.headers)


def test_an_ended_session_may_go_nowhere(make_settings, behind):
    authorize, revocations = create_authorize(make_settings())
    session = str(new_id())
    caller = {"Authorization": f"Bearer {token(sub=str(new_id()), sid=session)}"}
    assert Nginx(authorize).ask(COHORTS, **caller).status == 200
    behind.revoked.append(session)
    revocations.poll()
    assert Nginx(authorize).ask(COHORTS, **caller).refusal[0] == 401


def test_the_gateways_own_pages_are_forwarded_to_itself_and_nothing_else_is_there(make_settings, nginx, tmp_path):
    for uri in ("/healthz", "/readyz", "/api/schema/", "/api/schema/swagger-ui/", "/api/schema/swagger-ui/start.js"):
        assert nginx.ask(uri).headers["X-Service"] == "gateway"
    (tmp_path / "gateway.json").write_text("{}")
    pages = nginx.authorize._pages.test_client()
    assert pages.get("/api/schema/").json == {}
    assert pages.get("/healthz").status_code == 200
    assert pages.get(COHORTS, headers=headers_of(organization=new_id())).status_code == 404
    assert pages.post("/healthz").status_code == 404


def test_decisions_are_counted_by_route_never_by_path(nginx):
    def count(status):
        labels = {"method": "GET", "operation": "/api/v1/programs/{rest...}", "status": status}
        return REGISTRY.get_sample_value("http_requests_total", labels) or 0

    allowed, refused = count("200"), count("401")
    nginx.ask("/api/v1/programs/secret-path", **headers_of(organization=new_id()))
    nginx.ask("/api/v1/programs/secret-path")
    assert (count("200"), count("401")) == (allowed + 1, refused + 1)
    assert "secret-path" not in nginx.authorize._pages.test_client().get("/metrics").text
