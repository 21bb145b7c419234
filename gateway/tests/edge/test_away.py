"""What the edge says when the gateway, a service or Redis is not there, and how it comes back."""

import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.ids import new_id
from chassis.testing import headers_of

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("edge")]

COHORTS = "/api/v1/programs/cohorts/"


@pytest.fixture(scope="module")
def caller():
    return headers_of("programs.read", organization=new_id())


@pytest.fixture
def renewed(doors):
    """nginx with other settings, and as it was afterwards."""

    def renew(*options: str, **settings: str) -> None:
        doors.stop("nginx", signal.SIGQUIT)
        doors.start_nginx(*options, **settings)
        doors.wait()

    yield renew
    renew()


def told(answer, status, code):
    assert (answer.status, answer.json["status"], answer.json["code"]) == (status, status, code)
    assert answer.header("Content-Type") == "application/problem+json"
    assert answer.header("X-Request-ID") == answer.json["request_id"]
    assert answer.json["instance"].startswith("/api/v1/")
    return answer


def test_a_service_that_breaks_off_or_is_slow_or_away(doors, services, caller, renewed):
    renewed("--read-seconds", "1", BILLING_URL="http://127.0.0.1:9")
    told(doors.second.ask(f"{COHORTS}broken", headers=caller), 502, "bad_gateway")
    services.patience.clear()
    services.slow_seconds = 2
    try:
        told(doors.second.ask(f"{COHORTS}slow", "POST", caller, b"{}"), 504, "gateway_timeout")
    finally:
        services.slow_seconds = 0.6
    away = told(doors.second.ask("/api/v1/billing/invoices/", headers=caller), 503, "busy")
    assert away.header("Retry-After") == "1"
    assert away.json["detail"] == "The service does not answer; try again shortly."


def test_a_post_is_sent_once_even_when_its_answer_never_comes(doors, services, caller):
    told(doors.second.ask(f"{COHORTS}broken", "POST", caller, b"{}"), 502, "bad_gateway")
    assert len(services.seen) == 1


def test_a_replica_that_is_gone_is_passed_over(doors, services, caller, renewed):
    renewed()
    text = (doors.folder / "nginx.conf").read_text()
    alive = f"server 127.0.0.1:{services.port} max_fails"
    (doors.folder / "nginx.conf").write_text(text.replace(alive, f"server 127.0.0.1:9;\n        {alive}"))
    subprocess.run([doors.nginx, "-c", str(doors.folder / "nginx.conf"), "-s", "reload"], check=True)
    statuses = {doors.second.ask(COHORTS, "POST", caller, b"{}").status for _ in range(10)}
    assert statuses == {200}


def test_a_body_of_unknown_length_past_what_any_route_takes_is_cut_off(doors, services, caller, renewed):
    renewed()
    doors.stop("nginx", signal.SIGQUIT)
    path = doors.folder / "nginx.conf"
    path.write_text(re.sub(r"client_max_body_size \d{6,};", "client_max_body_size 100000;", path.read_text()))
    doors.start("nginx", doors.nginx, "-c", str(path))
    doors.wait()
    chunked = caller | {"Transfer-Encoding": "chunked"}
    told(doors.second.ask(COHORTS, "POST", chunked, b"20000\r\n" + b"x" * 0x20000 + b"\r\n0\r\n\r\n"), 413, "too_large")


def test_while_the_gateway_is_away_everybody_is_told_to_come_back_and_it_does(doors, services, caller):
    doors.stop("authorize", signal.SIGKILL)
    services.seen.clear()
    for target in (COHORTS, "/pay/x", "/healthz"):
        answer = doors.second.ask(target, headers=caller)
        assert (answer.status, answer.header("Retry-After")) == (503, "1")
    told(doors.second.ask(COHORTS, headers=caller), 503, "busy")
    partner = doors.second.ask("/api/v1/partner/x")
    assert (partner.status, set(partner.json)) == (503, {"detail", "request_id"})
    assert services.seen == []
    doors.start_gateway()
    doors.wait()
    assert doors.second.ask(COHORTS, headers=caller).status == 200


def test_the_gateway_finishes_what_it_has_in_hand_and_ends_cleanly(doors, services, caller):
    student = str(new_id())
    services.granted.add(student)
    services.privacy_seconds = 1.0
    try:
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(doors.second.ask, f"/api/v1/programs/students/{student}/progress/", headers=caller)
            time.sleep(0.4)  # until privacy has been asked
            assert doors.stop("authorize", signal.SIGTERM) == 0
            assert asked.result().status == 200
    finally:
        services.privacy_seconds = 0
        doors.start_gateway()
        doors.wait()
    log = (doors.folder / "authorize.log").read_text()
    assert all(line.startswith('{"') for line in log.splitlines()), log


def test_behind_a_load_balancer_the_client_is_whom_it_names(doors, services, caller, renewed):
    renewed("--trusted", "127.0.0.1/32")
    named = caller | {"X-Forwarded-For": "6.6.6.6, 203.0.113.7"}
    assert doors.second.ask(COHORTS, headers=named).status == 200
    assert services.seen[-1]["headers"]["X-Forwarded-For"] == "203.0.113.7"


def test_one_address_has_a_bounded_number_of_requests_in_hand(doors, services, caller, renewed):
    renewed("--connections", "2")
    services.patience.clear()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: doors.second.ask(f"{COHORTS}slow", headers=caller), range(6)))
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert len(refused) < 6
    told(refused[0], 429, "too_many_requests")
    assert refused[0].header("Retry-After") == "1"


def test_plain_http_for_whoever_does_tls_in_front(doors, services, caller, renewed):
    doors.stop("nginx", signal.SIGQUIT)
    nginx_conf = doors.folder / "plain.conf"
    command = [sys.executable, "-m", "gateway", "nginx", "--plain", "--http", f"127.0.0.1:{doors.redirect.port}"]
    settings = {**doors.environment, "PUBLIC_URL": "https://ufadhili.example"}
    text = subprocess.run(
        [*command, "--folder", str(doors.folder), "--log", str(doors.folder / "access.log")],
        env=settings, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    nginx_conf.write_text(text)
    doors.start("nginx", doors.nginx, "-c", str(nginx_conf))
    doors.wait_for(doors.redirect)
    answer = doors.redirect.ask(COHORTS, headers=caller)
    assert (answer.status, services.seen[-1]["headers"]["X-Forwarded-Proto"]) == (200, "https")
    assert answer.header("Strict-Transport-Security")
