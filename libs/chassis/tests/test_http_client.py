"""The client against a server that misbehaves: slow, resetting, failing, silent."""

import json
import socket
import struct
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Event, Thread
from typing import Any

import pytest
import structlog
import time_machine

from chassis.http_client import HttpClient, Unavailable
from chassis.trace_context import entered, fresh

Behaviour = Callable[["Handler"], None]


class Server(ThreadingHTTPServer):
    """Does what ``script`` says, one behaviour a request, then answers 200 with what it saw."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Behaviour] = []
        self.seen: list[str] = []
        self.connections: set[Any] = set()
        self.over = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def answer(self, status: int = 200) -> None:
        body = json.dumps({"method": self.command, "headers": dict(self.headers)}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "crumb=1")
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def handle_any(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/internal/"):
            self.answer(404)  # a stranger: some other test's process that looks for whoever had this port before
            return
        self.server.seen.append(f"{self.command} {self.path}")
        self.server.connections.add(self.client_address)
        behaviour = self.server.script.pop(0) if self.server.script else Handler.answer
        behaviour(self)

    do_GET = do_POST = do_PUT = handle_any  # noqa: N815  the names http.server looks for

    def log_message(self, *_: Any) -> None:
        """Tests read answers, not logs."""


def status(code: int) -> Behaviour:
    return lambda handler: handler.answer(code)


def reset(handler: Handler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def silence(handler: Handler) -> None:
    handler.close_connection = True
    handler.server.over.wait(30)


def half_an_answer(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"and then")
    handler.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running
        running.over.set()
        running.shutdown()


@pytest.fixture
def client(server: Server) -> Iterator[HttpClient]:
    client = HttpClient(server.url, timeout=(1, 0.2), backoff=0)
    yield client
    client.close()


@pytest.mark.parametrize("code", [200, 201, 204, 400, 401, 404, 409, 422, 429])
def test_an_answer_below_500_is_returned(server: Server, client: HttpClient, code: int) -> None:
    server.script = [status(code)]
    assert client.get("/things").status_code == code


def test_a_redirect_is_an_answer(server: Server, client: HttpClient) -> None:
    server.script = [status(302)]
    assert client.get("/things").status_code == 302
    assert server.seen == ["GET /things"]


@pytest.mark.parametrize("trouble", [reset, silence, half_an_answer, status(502), status(503), status(504)])
def test_a_get_is_tried_again(server: Server, client: HttpClient, trouble: Behaviour) -> None:
    server.script = [trouble, trouble]
    assert client.get("/things").status_code == 200
    assert server.seen == ["GET /things"] * 3


@pytest.mark.parametrize("trouble", [reset, silence, status(503)])
def test_a_post_is_sent_once(server: Server, client: HttpClient, trouble: Behaviour) -> None:
    server.script = [trouble]
    with pytest.raises(Unavailable):
        client.post("/things", json={"a": 1})
    assert server.seen == ["POST /things"]


def test_an_idempotent_post_is_tried_again(server: Server, client: HttpClient) -> None:
    server.script = [reset, status(503)]
    assert client.post("/things", json={"a": 1}, idempotent=True).status_code == 200
    assert server.seen == ["POST /things"] * 3


def test_patience_ends(server: Server, client: HttpClient) -> None:
    server.script = [status(503)] * 3
    with pytest.raises(Unavailable) as refusal:
        client.get("/things")
    assert (refusal.value.status, refusal.value.code) == (503, "upstream_unavailable")
    assert refusal.value.headers["Retry-After"] == "1"
    assert len(server.seen) == 3


def test_a_bug_over_there_is_not_repeated(server: Server, client: HttpClient) -> None:
    server.script = [status(500)]
    with pytest.raises(Unavailable):
        client.get("/things")
    assert len(server.seen) == 1


def test_nobody_listening_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = HttpClient(f"http://127.0.0.1:{taken.getsockname()[1]}", backoff=0)
        with pytest.raises(Unavailable):
            client.get("/things")


def test_connections_are_kept(server: Server, client: HttpClient) -> None:
    for _ in range(5):
        client.get("/things")
    assert len(server.connections) == 1


def test_the_callers_request_id_and_trace_travel(client: HttpClient) -> None:
    place = fresh()
    with structlog.contextvars.bound_contextvars(request_id="req-12345678"), entered(place):
        headers = client.get("/things").json()["headers"]
    assert (headers["X-Request-ID"], headers["traceparent"]) == ("req-12345678", place.traceparent)
    assert "X-Request-ID" not in client.get("/things").json()["headers"]


def test_a_token_is_asked_for_at_each_attempt(server: Server) -> None:
    tokens = iter(["first", "second"])
    client = HttpClient(server.url, backoff=0, token=lambda: next(tokens))
    server.script = [status(503)]
    assert client.get("/things").json()["headers"]["Authorization"] == "Bearer second"


def test_credentials_and_fixed_headers_are_sent(server: Server) -> None:
    client = HttpClient(server.url, auth=("name", "secret"), headers={"X-Fixed": "yes"})
    headers = client.get("/things", headers={"X-Own": "too"}).json()["headers"]
    assert headers["Authorization"].startswith("Basic ")
    assert (headers["X-Fixed"], headers["X-Own"]) == ("yes", "too")


def test_cookies_are_not_kept(client: HttpClient) -> None:
    client.get("/things")
    assert "Cookie" not in client.get("/things").json()["headers"]


def test_a_failing_service_is_left_alone_and_then_tried_once(server: Server) -> None:
    client = HttpClient(server.url, retries=0, failures=3, pause=10)
    server.script = [status(503)] * 4
    for _ in range(5):
        with pytest.raises(Unavailable):
            client.get("/things")
    assert len(server.seen) == 3

    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=11)), pytest.raises(Unavailable):
        client.get("/things")
    assert len(server.seen) == 4

    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=30)):
        assert [client.get("/things").status_code for _ in range(3)] == [200] * 3


def test_a_success_between_failures_keeps_the_circuit_closed(server: Server) -> None:
    client = HttpClient(server.url, retries=0, failures=2)
    for _ in range(4):
        server.script = [status(503)]
        with pytest.raises(Unavailable):
            client.get("/things")
        assert client.get("/things").status_code == 200


def test_calls_of_several_threads_run_side_by_side(server: Server) -> None:
    together = Barrier(4, timeout=5)

    def wait_for_the_others(handler: Handler) -> None:
        together.wait()
        handler.answer()

    server.script = [wait_for_the_others] * 4
    client = HttpClient(server.url, retries=0)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: client.get("/things").status_code, range(4)))
    assert answers == [200] * 4


def test_while_one_tries_an_open_circuit_the_others_are_turned_away(server: Server) -> None:
    client = HttpClient(server.url, retries=0, failures=1, pause=0)
    server.script = [status(503)]
    with pytest.raises(Unavailable):
        client.get("/things")
    asked, go_on = Event(), Event()

    def think(handler: Handler) -> None:
        asked.set()
        go_on.wait(5)
        handler.answer()

    server.script = [think]
    with ThreadPoolExecutor(1) as pool:
        trial = pool.submit(client.get, "/things")
        assert asked.wait(5)
        with pytest.raises(Unavailable):
            client.get("/things")
        go_on.set()
        assert trial.result().status_code == 200
    assert client.get("/things").status_code == 200
