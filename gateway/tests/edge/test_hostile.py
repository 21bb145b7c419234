"""What a client, a service or a slow line may try with the edge, byte by byte."""

import contextlib
import json
import shutil
import subprocess
import time

import pytest

from chassis.ids import new_id
from chassis.testing import headers_of, need, token

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("edge")]

COHORTS = "/api/v1/programs/cohorts/"


@pytest.fixture(scope="module")
def caller():
    return headers_of("programs.read", organization=new_id())


def raw(*lines: str, body: bytes = b"") -> bytes:
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1") + body


def refused(answer, status):
    assert (answer.status, answer.json["status"]) == (status, status)
    assert answer.header("Content-Type") == "application/problem+json"
    assert answer.header("X-Request-ID") == answer.json["request_id"]
    assert answer.header("Strict-Transport-Security")


SMUGGLED = b"0\r\n\r\nGET /internal/token HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding : chunked",),
        ("Content-Length: +5",),
        ("Content-Length: 5, 5",),
        ("Content-Length: -1",),
        ("Content-Length: 5", "Content-Length: 6"),
    ],
)
def test_a_body_whose_end_can_be_read_in_two_ways_never_becomes_a_second_request(doors, services, caller, headers):
    request = raw(f"POST {COHORTS} HTTP/1.1", "Host: x", f"Authorization: {caller['Authorization']}", *headers)
    answer = doors.second.send(request + SMUGGLED)
    assert answer.status in (400, 501) or [seen["path"] for seen in services.seen] == [COHORTS]
    assert "/internal/token" not in {seen["path"] for seen in services.seen}
    if answer.status == 400:
        refused(answer, 400)


@pytest.mark.parametrize(
    ("first", "status"),
    [
        (f"GET {COHORTS} HTTP/1.1\r\nX: {'a' * 9000}", 431),
        (f"GET {COHORTS}{'a' * 9000} HTTP/1.1", 414),
        ("GET /../x HTTP/1.1", 400),
        ("GET /a/%2e%2e/%2e%2e/x HTTP/1.1", 400),
        ("GET /%00 HTTP/1.1", 400),
        ("GET /\x00 HTTP/1.1", 400),
        ("GET /%zz HTTP/1.1", 400),
        ("TRACE / HTTP/1.1", 405),
        ("GET nothing HTTP/1.1", 400),
    ],
)
def test_what_nginx_refuses_itself_has_the_familys_shape(doors, services, first, status):
    refused(doors.second.send(raw(first, "Host: x", "Connection: close")), status)
    assert services.seen == []


def test_so_it_has_the_partners(doors):
    answer = doors.second.send(raw(f"GET /api/v1/partner/x HTTP/1.1\r\nX: {'a' * 9000}", "Host: x"))
    assert (answer.status, set(answer.json)) == (431, {"detail", "request_id"})


def test_a_refused_upload_is_refused_at_once_and_not_taken_in(doors, services):
    with doors.second.connect() as connection:
        connection.sendall(raw(f"POST {COHORTS} HTTP/1.1", "Host: x", "Content-Length: 900000", body=b"only a little"))
        connection.settimeout(3)
        assert b" 401 " in connection.recv(65536).split(b"\r\n")[0]
    assert services.seen == []


def test_two_tokens_are_one_decision(doors, services, caller):
    head = f"Authorization: {caller['Authorization']}"
    other = f"Authorization: Bearer {token(sub=str(new_id()), sid=str(new_id()))}"
    answer = doors.second.send(raw(f"GET {COHORTS} HTTP/1.1", "Host: x", head, other, "Connection: close"))
    # Older nginx decides on the first and forwards that one alone; newer ones refuse.
    heard = [seen["headers"]["Authorization"] for seen in services.seen]
    assert (answer.status, heard) in ((200, [caller["Authorization"]]), (400, []), (401, []))


def test_what_nginx_is_told_by_the_gateway_nobody_else_can_tell_it(doors, services, caller):
    forged = {"X-Service": "identity", "X-Path": "/internal/token", "X-Refusal-Status": "204", "X-User": "admin"}
    answer = doors.second.ask(COHORTS, headers=caller | forged)
    assert (answer.status, services.seen[0]["path"]) == (200, COHORTS)
    assert doors.second.ask(COHORTS, headers=forged).status == 401


def test_a_service_cannot_make_nginx_serve_something_else(doors, services, caller):
    services.says = {
        "X-Accel-Redirect": "/.edge/refusal/busy", "X-Service": "identity", "X-Refusal-Status": "500",
        "X-Refusal": "x", "X-Request-ID": "another", "RateLimit-Limit": "7", "Access-Control-Allow-Origin": "*",
        "Content-Security-Policy": "default-src 'self'",
    }  # fmt: skip
    try:
        answer = doors.second.ask(COHORTS, headers=caller | {"X-Request-ID": "request-4711"})
    finally:
        services.says = {}
    assert (answer.status, answer.json) == (200, {"path": COHORTS})
    assert answer.header("X-Request-ID") == "request-4711"
    assert answer.header("RateLimit-Limit") != "7"
    assert answer.header("Access-Control-Allow-Origin") is None
    assert answer.header("X-Refusal") is None
    assert answer.header("Content-Security-Policy") == "default-src 'self'"


def test_plain_http_leads_to_our_own_address_only(doors):
    for host, target in (("evil.example", COHORTS), ("localhost", "//evil.example/x"), ("x", "http://evil.example/x")):
        answer = doors.redirect.send(raw(f"GET {target} HTTP/1.1", f"Host: {host}", "Connection: close"))
        assert answer.status == 308
        assert answer.header("Location").startswith(f"https://localhost:{doors.second.port}/")
    assert doors.redirect.ask("/healthz").json == {"status": "ok"}


def test_http2_has_no_other_way_in(doors, services, caller):
    curl = shutil.which("curl") or need("curl")

    def ask(*options: str) -> str:
        url = f"https://localhost:{doors.second.port}{COHORTS}"
        command = [curl, "-sk", "--http2", "-w", "\n%{http_version} %{http_code}", *options]
        told = subprocess.run([*command, url], check=False, capture_output=True, text=True).stdout
        return told.rpartition("\n")[2]

    authorization = ("-H", f"Authorization: {caller['Authorization']}")
    assert ask(*authorization) == "2 200"
    assert ask() == "2 401"
    assert ask(*authorization, "-H", "Host: evil.example/../../internal") != "2 200"
    assert ask(*authorization, "--request-target", "/internal/token") == "2 404"
    assert ask(*authorization, "--request-target", f"{COHORTS}../x") == "2 404"
    told = ask(*authorization, "-X", "POST", "--data-binary", "x" * 100_000)
    assert (told, len(services.seen[-1]["body"])) == ("2 200", 100_000)


def test_a_websocket_passes_and_no_other_upgrade_does(doors, services, caller):
    upgrade = {"Connection": "Upgrade", "Sec-WebSocket-Key": "x"}
    doors.second.ask(COHORTS, headers=caller | upgrade | {"Upgrade": "websocket"})
    assert services.seen[-1]["headers"]["Upgrade"] == "websocket"
    assert services.seen[-1]["headers"]["Connection"] == "upgrade"
    doors.second.ask(COHORTS, headers=caller | upgrade | {"Upgrade": "h2c"})
    assert "Upgrade" not in services.seen[-1]["headers"]


def test_silent_clients_lose_their_connection_and_keep_nobody_waiting(doors, caller):
    with contextlib.ExitStack() as stack:
        silent = [stack.enter_context(doors.second.connect()) for _ in range(50)]
        for connection in silent:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        began = time.monotonic()
        assert doors.second.ask(COHORTS, headers=caller).status == 200
        assert time.monotonic() - began < 2
        silent[0].settimeout(15)
        with contextlib.suppress(ConnectionResetError):
            assert silent[0].recv(10) == b""  # after ten seconds


def test_slow_bodies_hold_no_thread_of_a_service(doors, services):
    login = "/api/v1/auth/login"
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            connection = stack.enter_context(doors.second.connect())
            connection.sendall(raw(f"POST {login} HTTP/1.1", "Host: x", "Content-Length: 100", body=b"{"))
        time.sleep(0.5)
        assert login not in services.begun


def test_files_go_through_as_they_come(doors, services, caller):
    imports = "/api/v1/programs/imports/"
    whose = f"Authorization: {caller['Authorization']}"
    with doors.second.connect() as connection:
        connection.sendall(raw(f"POST {imports} HTTP/1.1", "Host: x", "Content-Length: 9", whose, body=b"12345"))
        until = time.monotonic() + 10
        while imports not in services.begun and time.monotonic() < until:
            time.sleep(0.02)
        assert imports in services.begun  # before its end


@pytest.mark.parametrize("sign", ['"', "%ff", "a"])
def test_a_path_too_long_for_a_service_is_refused_and_nginx_loses_no_trust_in_the_gateway(doors, services, sign):
    for _ in range(4):
        refused(doors.second.ask(f"/pay/{sign * (7800 // len(sign))}"), 414)
    assert not [path for path in services.begun if path.startswith("/pay/")]
    assert doors.second.ask("/.well-known/jwks.json").status == 200


def test_connections_are_kept_on_both_sides(doors, services, caller):
    request = raw(f"GET {COHORTS} HTTP/1.1", "Host: x", f"Authorization: {caller['Authorization']}")
    before, requests = services.connections, 5
    with doors.second.connect() as connection:
        for _ in range(requests):
            connection.sendall(request)
            received = b""
            while b'"}' not in received:
                received += connection.recv(65536)
            assert b" 200 " in received.split(b"\r\n")[0]
    # One, and those of the gateway itself, which asks after ended sessions all the while.
    assert services.connections - before < requests


def test_the_log_tells_who_and_which_route_and_never_the_path(doors, services):
    organization, user = new_id(), new_id()
    caller = headers_of("programs.read", user=user, organization=organization)
    doors.second.ask("/api/v1/auth/invitations/secret-invitation/accept?token=secret-query", "POST", body=b"{}")
    doors.second.ask(COHORTS, headers=caller | {"X-Request-ID": "request-in-log"})
    doors.second.ask("/secret-nothing")
    doors.second.send(raw("GET /../secret-path HTTP/1.1", "Host: x"))
    doors.second.ask("/pay/broken-secret")
    broken_off = caller | {"X-Request-ID": "request-broken-off"}
    doors.second.ask(f"{COHORTS}broken", "POST", broken_off, b"{}")

    def line(request_id="request-in-log"):
        return next((one for one in doors.log() if one["request_id"] == request_id), None)

    deadline = time.monotonic() + 5
    while not line("request-broken-off") and time.monotonic() < deadline:
        time.sleep(0.1)  # nginx writes its log once a second
    assert (line("request-broken-off")["method"], line("request-broken-off")["status"]) == ("POST", 502)
    assert line().items() >= {
        "user": str(user), "organization": str(organization), "operation": "/api/v1/programs/{rest...}",
        "method": "GET", "status": 200, "upstream": "programs", "upstream_status": "200",
    }.items()  # fmt: skip
    assert isinstance(line()["seconds"], float)
    time.sleep(1.1)
    everything = "".join(path.read_text() for path in doors.folder.glob("*.log"))
    assert "secret" not in everything
    assert caller["Authorization"][7:40] not in everything
    assert "127.0.0.1:" in json.dumps(line()["upstream_address"])
