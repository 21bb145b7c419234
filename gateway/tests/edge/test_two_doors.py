"""One question, two doors, one answer: the proxy of `make up` and nginx of production refuse and let through alike."""

import base64
import json
import time
from dataclasses import dataclass, field, replace

import pytest

from chassis.ids import new_id
from chassis.testing import headers_of, token

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("edge")]

COHORTS = "/api/v1/programs/cohorts/"
STUDENT = "0192f0c1-7b7e-7d5c-9a53-0f2f1c7a4e11"
PROGRESS = f"/api/v1/programs/students/{STUDENT}/progress/"
X = "/api/v1/programs/x"
ORIGIN = {"Origin": "https://app.example.org"}
PREFLIGHT = {"Access-Control-Request-Method": "POST"}
COMPARED = (
    "content-type", "www-authenticate", "x-refusal", "cache-control", "x-content-type-options", "vary",
    "access-control-allow-origin", "access-control-expose-headers", "access-control-allow-methods",
    "access-control-allow-headers", "access-control-max-age", "ratelimit-limit", "etag",
)  # fmt: skip
PRESENT = ("retry-after", "x-request-id", "ratelimit-remaining", "ratelimit-reset")


@dataclass
class Question:
    """What is asked, and the status that both doors shall answer."""

    name: str
    status: int
    target: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    granted: bool = False
    privacy_up: bool = True
    by_nginx: bool = False
    """Refused before the gateway is asked, which alone knows the allowed origins and the limits."""


def signed_in() -> dict[str, str]:
    return headers_of("programs.read", organization=new_id())


def bearer(**claims) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(**{'sub': str(new_id()), 'sid': str(new_id()), **claims})}"}


def spelt(headers: dict[str, str], scheme: str) -> dict[str, str]:
    return {"Authorization": headers["Authorization"].replace("Bearer", scheme)}


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


API_KEY = "ufa_" + "A" * 43
KEYS_TOKEN = signed_in()["Authorization"].removeprefix("Bearer ")
PARTNER = headers_of(("partner",), organization=new_id(), kind="partner")
CHUNKED = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
QUESTIONS = [
    Question("a public path", 200, "/api/v1/privacy/policies"),
    Question("a public POST", 200, "/api/v1/auth/login", "POST", body=b"{}"),
    Question("a page to pay at", 200, "/pay/abc?x=%20y&z"),
    Question("signed in", 200, f"{COHORTS}?a=1&b=%20x", headers=signed_in()),
    Question("signed in, HEAD", 200, COHORTS, "HEAD", signed_in()),
    Question("signed in, with a body", 200, COHORTS, "POST", signed_in(), b'{"name": "A"}'),
    Question("signed in, with a body in chunks", 200, COHORTS, "POST", signed_in() | CHUNKED, b"2\r\n{}\r\n0\r\n\r\n"),
    Question("signed in, DELETE", 200, COHORTS + "1", "DELETE", signed_in()),
    Question("another scheme's letters", 200, COHORTS, headers=spelt(signed_in(), "bEARER")),
    Question("nobody", 401, COHORTS),
    Question("an expired token", 401, COHORTS, headers=bearer(exp=int(time.time()) - 1)),
    Question("a token for another audience", 401, COHORTS, headers=bearer(aud="billing")),
    Question("another issuer's token", 401, COHORTS, headers=bearer(iss="somebody")),
    Question("a forged token", 401, COHORTS, headers={"Authorization": signed_in()["Authorization"][:-8] + "A" * 8}),
    Question("a service's token", 401, COHORTS, headers=bearer(sub="billing", client_id="billing")),
    Question("no token at all", 401, COHORTS, headers={"Authorization": "Basic YTpi"}),
    Question("an API key", 200, COHORTS, headers={"Authorization": f"Bearer {API_KEY}"}),
    Question("an API key as a password", 200, COHORTS, headers=basic("any name", API_KEY)),
    Question("an API key for a public path", 200, "/api/v1/xapi/about", headers=basic("any name", API_KEY)),
    Question("an API key that nobody made", 401, COHORTS, headers=basic("any name", API_KEY[:-1] + "B")),
    Question("an API key cut short", 401, COHORTS, headers={"Authorization": f"Bearer {API_KEY[:-1]}"}),
    Question("consent", 200, PROGRESS, headers=signed_in(), granted=True),
    Question("no consent", 403, PROGRESS, headers=signed_in()),
    Question("no such student", 403, "/api/v1/programs/students/nobody/progress/", headers=signed_in()),
    Question("privacy is away", 403, PROGRESS, headers=signed_in(), granted=True, privacy_up=False),
    Question("a public portfolio", 200, PROGRESS.replace("progress", "portfolio"), granted=True),
    Question("a private portfolio", 403, PROGRESS.replace("progress", "portfolio")),
    Question("the partner's family, nobody", 401, "/api/v1/partner/dashboard"),
    Question("the partner's family, another role", 403, "/api/v1/partner/dashboard", headers=signed_in()),
    Question("the partner's family", 200, "/api/v1/partner/dashboard/stats", headers=PARTNER),
    Question("nothing", 404, "/nothing/here"),
    Question("the root", 404, "/"),
    Question("what is inside", 404, "/internal/token", "POST", body=b"{}"),
    Question("the decision itself", 404, "/internal/decide", headers=signed_in()),
    Question("nginx's own places", 404, "/.edge/decide", headers=signed_in(), by_nginx=True),
    Question("nginx's own refusals", 404, "/.edge/refusal/busy", by_nginx=True),
    Question("up and down", 404, f"{X}/../students/{STUDENT}/progress/", headers=signed_in()),
    Question("up and down, escaped", 404, f"{X}/%2e%2e/students/{STUDENT}/progress/", headers=signed_in()),
    Question("a slash escaped", 403, f"/api/v1/programs/students/{STUDENT}%2fprogress/", headers=signed_in()),
    Question("dots between escaped slashes", 404, f"{X}%2f..%2fstudents/{STUDENT}/progress", headers=signed_in()),
    Question("two slashes", 404, f"/api/v1/programs//students/{STUDENT}/progress/", headers=signed_in()),
    Question("two slashes first", 404, f"/{COHORTS}", headers=signed_in()),
    Question("a letter escaped", 403, f"/api/v1/programs/%73tudents/{STUDENT}/progress/", headers=signed_in()),
    Question("absolute form", 200, f"http://evil.example{COHORTS}", headers=signed_in()),
    Question("absolute form, inside", 404, "http://localhost/internal/token", headers=signed_in()),
    Question("a fragment", 200, f"{COHORTS}#/../../internal", headers=signed_in()),
    Question("signs and letters", 200, f"{COHORTS}100%25%3Fa%23b;c=d%5C%C3%A9/", headers=signed_in()),
    Question("NUL in the query", 400, f"{COHORTS}?a=%00", headers=signed_in()),
    Question("a preflight", 204, COHORTS, "OPTIONS", ORIGIN | PREFLIGHT),
    Question("a stranger's preflight", 204, COHORTS, "OPTIONS", PREFLIGHT | {"Origin": "https://evil.example"}),
    Question("an allowed origin", 200, COHORTS, headers=ORIGIN | signed_in()),
    Question("an allowed origin, refused", 401, COHORTS, headers=ORIGIN),
    Question("OPTIONS that asks no leave", 200, COHORTS, "OPTIONS", signed_in()),
    Question("a body too large", 413, COHORTS, "POST", signed_in(), b"x" * 1_000_001, by_nginx=True),
    Question("the document", 200, "/api/schema/"),
    Question("the page to try it", 200, "/api/schema/swagger-ui/"),
    Question("a file the page has not", 404, "/api/schema/swagger-ui/assets/../../schema.py"),
    Question("whether it lives", 200, "/healthz"),
    Question("a POST to that", 404, "/healthz", "POST", body=b""),
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_both_doors_answer_alike(doors, services, question):
    services.privacy_up = question.privacy_up
    services.keys[API_KEY] = KEYS_TOKEN
    services.granted.update([STUDENT] if question.granted else [])
    answers, reached = [], []
    for door in (doors.first, doors.second):
        services.seen.clear()
        answers.append(door.ask(question.target, question.method, question.headers, question.body))
        reached.append([(seen["method"], seen["path"], _bearer(seen), seen["body"]) for seen in services.seen])
    first, second = answers
    assert (first.status, second.status) == (question.status, question.status)
    assert _comparable(first, question) == _comparable(second, question)
    assert reached[0] == reached[1]
    assert len(reached[0]) == (
        question.status == 200 and "/api/schema" not in question.target and question.target != "/healthz"
    )


def test_both_doors_count_and_refuse_alike(doors, services):
    for each in (doors.first, doors.second):
        door = replace(each, source="127.0.0.2")  # whom no other test needs again within the minute
        answers = [door.ask("/api/v1/auth/signup", "POST", body=b"{}") for _ in range(6)]
        last = answers[-1]
        assert [answers[0].status, last.status] == [200, 429]
        assert last.json["code"] == "too_many_requests"
        assert int(last.header("Retry-After")) >= 1
        assert (last.header("RateLimit-Limit"), last.header("RateLimit-Remaining")) == ("5", "0")


def test_services_hear_the_same_of_a_request_at_both_doors(doors, services):
    sent = signed_in() | {
        "X-User-Id": "1", "X-Organization-Id": "2", "X-Ufadhili-Caller": "3", "X-Forwarded-For": "6.6.6.6",
        "Forwarded": "for=6.6.6.6", "X-Real-IP": "6.6.6.6", "X-Forwarded-Host": "evil.example", "X_User_Id": "4",
        "X-Service": "identity", "X-Path": "/internal/token", "X-Refusal": "no", "Idempotency-Key": "k",
        "X-Request-ID": "request-4711", "If-None-Match": '"a"', "Upgrade": "h2c", "Connection": "close, Upgrade",
    }  # fmt: skip
    heard = []
    for door in (doors.first, doors.second):
        answer = door.ask(COHORTS, headers=sent)
        assert (answer.status, answer.header("X-Request-ID")) == (200, "request-4711")
        heard.append({name.lower(): value for name, value in services.seen[-1]["headers"].items()})
    kept = {"authorization", "idempotency-key", "x-request-id", "if-none-match", "traceparent"}
    both = kept | {"x-forwarded-for", "host"}
    assert set(heard[0]) - {"connection", "accept-encoding", "user-agent"} == both
    assert set(heard[1]) == both | {"x-forwarded-proto"}
    for headers in heard:
        assert {name: headers[name] for name in kept - {"traceparent"}} == {
            name: value for name, value in ((key.lower(), value) for key, value in sent.items()) if name in kept
        }
        assert headers["x-forwarded-for"] == "127.0.0.1"


def _bearer(seen):
    """What the service was told of who asks: never a key."""
    told = {name.lower(): value for name, value in seen["headers"].items()}.get("authorization")
    assert API_KEY not in str(seen["headers"])
    return told


def _comparable(answer, question):
    left_out = ("vary", "ratelimit-limit") if question.by_nginx else ()
    headers = {name: answer.headers.get(name) for name in COMPARED if name not in left_out}
    present = {name: name in answer.headers for name in PRESENT if not question.by_nginx}
    try:
        body = json.loads(answer.body)
        body.pop("request_id", None)
        if "instance" in body:  # Flask knows one slash first at most
            body["instance"] = "/" + body["instance"].lstrip("/")
    except ValueError:
        body = answer.body
    return headers, present, body
