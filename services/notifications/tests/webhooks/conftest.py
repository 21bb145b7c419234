"""A receiver on this machine, as an organization runs one, and what its administrator does."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from notifications.clients.couriers import Couriers

URL = "/api/v1/notifications/webhooks/"
EVENTS = ["invoice.paid", "payment.completed", "seat.assigned", "consent.withdrawn", "enrollment.completed"]


class Receiver(ThreadingHTTPServer):
    """Answers by ``script`` (status, headers, body), then 204; keeps what came as (headers, body)."""

    daemon_threads = True
    request_queue_size = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[tuple[int, dict[str, str], bytes]] = []
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.hold: Event | None = None
        self.under_way = self.most_at_once = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    def refuse(self, status: int, times: int = 1, body: bytes = b"", **headers: str) -> None:
        """Answer so the next ``times``."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.script += [(status, given, body)] * times

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body in self.came]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.came]

    def verified(self, secret: str, which: int = -1) -> Any:
        """What a receiver with this secret reads. Raises WebhookVerificationError."""
        headers, body = self.came[which]
        return Webhook(secret).verify(body, headers)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.under_way += 1
        self.server.most_at_once = max(self.server.most_at_once, self.server.under_way)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
        if self.server.hold is not None:
            self.server.hold.wait(20)
        status, headers, said = self.server.script.pop(0) if self.server.script else (204, {}, b"")
        self.server.under_way -= 1
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receivers() -> Iterator[Callable[[], Receiver]]:
    """Makes receivers."""
    made: list[tuple[Receiver, Thread]] = []

    def make() -> Receiver:
        server = Receiver()
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        made.append((server, thread))
        return server

    yield make
    for server, thread in made:
        if server.hold is not None:
            server.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def receiver(receivers: Callable[[], Receiver]) -> Receiver:
    return receivers()


class Inline(Executor):
    """Does everything at once, in the thread that asks: a test's transactions share one connection."""

    def submit(self, errand: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(errand(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


@pytest.fixture
def at_once(database: Any) -> None:
    """Deliveries are made by the job itself."""
    database.provided[Couriers] = Couriers(Inline())


@dataclass
class Manager:
    """Whoever manages an organization's webhooks."""

    client: Any
    headers: dict[str, str]

    def post(self, path: str = "", body: Any = None, *, status: int = 201) -> Any:
        answer = self.client.post(URL + path, json={} if body is None else body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json

    def get(self, path: str = "", *, status: int = 200) -> Any:
        answer = self.client.get(URL + path, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json

    def patch(self, path: str, *, status: int = 200, **body: Any) -> Any:
        answer = self.client.patch(URL + path, json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json

    def subscribe(self, url: str, *events: str, status: int = 201, **more: Any) -> Any:
        return self.post(body={"url": url, "events": list(events or EVENTS), **more}, status=status)

    def deliveries(self, webhook: Any, query: str = "") -> list[Any]:
        found: list[Any] = self.get(f"{webhook['id']}/deliveries/{query}")["items"]
        return found

    def tried(self, webhook: Any) -> list[Any]:
        """The attempts at the newest delivery."""
        newest = self.deliveries(webhook)[0]["id"]
        found: list[Any] = self.get(f"{webhook['id']}/deliveries/{newest}/")["tried"]
        return found


@pytest.fixture
def manager(client: Any, as_: Callable[..., Any], organization: UUID) -> Manager:
    return Manager(client, as_("org.manage", organization=organization))
