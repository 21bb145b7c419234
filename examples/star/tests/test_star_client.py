"""The client against a small server that fails on purpose."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from star.client import Client
from star.errors import NotInTime, Refused

Answer = tuple[int, dict[str, str], Any]
DROPPED: Answer = (0, {}, None)
CREATED: Answer = (201, {}, {"id": "1"})


class FlakyServer(ThreadingHTTPServer):
    """Gives the prepared answers one after the other and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: FlakyServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        status, headers, content = self.server.answers.pop(0)
        if not status:
            self.close_connection = True
            return
        self.send_response(status)
        text = json.dumps(content).encode()
        for name, value in {"Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Time:
    """A clock that only moves when somebody pauses."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[FlakyServer]:
    with FlakyServer() as flaky:
        thread = Thread(target=flaky.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield flaky
        flaky.shutdown()
        thread.join()


@pytest.fixture
def time_() -> Time:
    return Time()


@pytest.fixture
def client(server: FlakyServer, time_: Time) -> Client:
    return Client(server.url, patience=30, pause=time_.pause, clock=time_.clock)


def test_a_post_is_repeated_with_the_same_key_and_body(server: FlakyServer, client: Client) -> None:
    server.answers = [DROPPED, (503, {}, None), (502, {}, None), CREATED]
    answer = client.send("POST", "/things/", key="run:thing", json={"name": "a"})
    assert answer.json() == {"id": "1"}
    assert len(server.asked) == 4
    assert {headers["Idempotency-Key"] for _, _, headers, _ in server.asked} == {"run:thing"}
    assert {body for _, _, _, body in server.asked} == {b'{"name": "a"}'}


def test_it_waits_as_long_as_the_server_asks(server: FlakyServer, client: Client, time_: Time) -> None:
    server.answers = [(429, {"Retry-After": "7"}, None), (503, {"Retry-After": "2"}, None), CREATED]
    client.send("POST", "/things/", key="k")
    assert time_.pauses == [7.0, 2.0]


def test_without_being_asked_it_waits_longer_each_time(server: FlakyServer, client: Client, time_: Time) -> None:
    server.answers = [(503, {}, None)] * 6 + [CREATED]
    client.send("GET", "/things/")
    assert time_.pauses == [0.2, 0.4, 0.8, 1.6, 3.0, 3.0]


def test_a_request_still_being_worked_on_is_asked_again(server: FlakyServer, client: Client) -> None:
    server.answers = [(409, {"Retry-After": "1"}, {"code": "idempotency_key_in_flight"}), CREATED]
    assert client.send("POST", "/things/", key="k").status_code == 201


def test_another_conflict_is_a_refusal_with_its_reasons(server: FlakyServer, client: Client) -> None:
    errors = [{"field": "seats", "message": "None left."}]
    server.answers = [(409, {}, {"code": "no_seat", "detail": "There is no seat.", "errors": errors})]
    with pytest.raises(Refused, match=r"409: There is no seat. \(seats: None left.\)") as refused:
        client.send("POST", "/things/", key="k")
    assert (refused.value.status, refused.value.code) == (409, "no_seat")
    assert len(server.asked) == 1


def test_it_gives_up_in_the_end_and_says_what_to_look_at(server: FlakyServer, client: Client) -> None:
    server.answers = [(503, {}, None)] * 60
    with pytest.raises(NotInTime, match="no answer in 30 s"):
        client.send("GET", "/things/")
