"""Africa's Talking as its published API describes it, and as it fails."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from sqlalchemy import text

from notifications.clients.texters import Texter
from notifications.clients.texters.africas_talking import AfricasTalking
from notifications.settings import Texts

KEY = "atsk_0123456789abcdef0123"


class AfricasTalkingServer(ThreadingHTTPServer):
    """Takes texts with the right key. ``script`` says how the next ones end: an HTTP status, a word for the whole
    message, a (code, status) for the number, or None for silence after the text was taken.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[int | str | tuple[int, str] | None] = []
        self.texts: list[dict[str, str]] = []
        self.over = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def ids(self) -> list[str]:
        """What it called the texts it took."""
        return [text["id"] for text in self.texts]


class _Handler(BaseHTTPRequestHandler):
    server: AfricasTalkingServer

    def do_POST(self) -> None:
        form = {name: values[0] for name, values in parse_qs(self._body()).items()}
        if self.headers["apiKey"] != KEY or form.get("username") != "ufadhili":
            return self._answer(401, "The supplied authentication is invalid", "text/plain")
        if self.path != "/version1/messaging" or self.headers["Accept"] != "application/json":
            return self._answer(400, "Bad request", "text/plain")
        ends = self.server.script.pop(0) if self.server.script else (101, "Success")
        if isinstance(ends, int):
            return self._answer(ends, "trouble", "text/plain")
        if isinstance(ends, str):
            return self._said({"Message": ends, "Recipients": []})
        taken = ends is None or ends[0] <= 102
        message_id = f"ATXid_{len(self.server.texts)}" if taken else "None"
        if taken:
            self.server.texts.append({**form, "id": message_id})
        if ends is None:
            return self.server.over.wait(10) and None
        recipient = {"statusCode": ends[0], "number": form["to"], "status": ends[1], "messageId": message_id}
        return self._said({"Message": "Sent to 1/1 Total Cost: KES 0.8000",
                           "Recipients": [{**recipient, "cost": "KES 0.8000"}]})  # fmt: skip

    def _body(self) -> str:
        return self.rfile.read(int(self.headers["Content-Length"])).decode()

    def _said(self, said: dict[str, Any]) -> None:
        self._answer(201, json.dumps({"SMSMessageData": said}), "application/json")

    def _answer(self, status: int, body: str, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def carrier(database: Any) -> Iterator[AfricasTalkingServer]:
    """The carrier, and a service that sends its texts there."""
    server = AfricasTalkingServer()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    database.provided[Texter] = AfricasTalking(texts(server), timeout=(1, 1))
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


def texts(server: AfricasTalkingServer) -> Texts:
    """The settings that name it."""
    return Texts(server.url, "ufadhili", KEY, "Ufadhili", "", ("KE",))


@pytest.fixture
def with_phone(elsewhere: Any, session: Any) -> Callable[..., UUID]:
    """``with_phone()`` → a student with an account that has proved a number."""

    def make(number: str = "+254712345678", **facts: Any) -> UUID:
        student = elsewhere.student(**facts)
        statement = "insert into phones (user_id, number, verified_at) values (:user, :number, now())"
        session.execute(text(statement), {"user": elsewhere.user_of(student), "number": number})
        return UUID(str(student))

    return make
