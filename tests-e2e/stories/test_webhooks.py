"""An organization's own server hears what happens, through the whole system, and can trust what it hears."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from world.acts import buy_seats, child, make_cohort, wait_for_seats
from world.person import Person, Town
from world.system import eventually

from chassis.testing import need

URL = "/api/v1/notifications/webhooks/"
PROGRAM = Path(__file__).parent / "webhook_receivers" / "verify.cjs"
NPM = "standardwebhooks@1.1.1"


@dataclass
class Server:
    """What an organization runs: keeps what comes, refuses the first ``refusals``."""

    url: str = ""
    refusals: int = 0
    came: list[tuple[dict[str, str], str]] = field(default_factory=list)

    def heard(self, event: str) -> list[tuple[dict[str, str], str]]:
        return [(headers, body) for headers, body in self.came if json.loads(body)["type"] == event]


@pytest.fixture
def server(system: Any) -> Iterator[Server]:
    """On this machine, where the system's worker reaches it."""
    found = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            found.refusals -= 1
            self.send_response(500 if found.refusals >= 0 else 204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer((system.neighbour, 0), Handler)
    found.url = f"http://{system.neighbour}:{http.server_address[1]}/{uuid4().hex}"
    thread = Thread(target=http.serve_forever, args=(0.05,))
    thread.start()
    yield found
    http.shutdown()
    http.server_close()
    thread.join()


def subscribe(sponsor: Person, server: Server, *events: str) -> Any:
    return sponsor.post(URL, {"url": server.url, "events": list(events)})


def test_a_sponsor_hears_of_money_seats_and_enrolments_and_of_nobody_elses(town: Town, server: Server) -> None:
    sponsor, other = town.admin(), town.admin()
    events = ("cohort.created", "payment.completed", "invoice.paid", "seats.granted", "seat.assigned")
    webhook = subscribe(sponsor, server, *events, "enrollment.created")
    make_cohort(other)
    cohort = make_cohort(sponsor)
    buy_seats(sponsor, 2)
    wait_for_seats(sponsor, cohort, child(1))

    eventually(lambda: all(server.heard(event) for event in (*events, "enrollment.created")), "all is heard")

    own = Webhook(webhook["secret"])
    told = [own.verify(body, headers) for headers, body in server.came]
    assert {each["data"]["organization_id"] for each in told} == {sponsor.organization_id}
    assert {each["data"]["cohort_id"] for each in told if each["type"] == "cohort.created"} == {cohort["id"]}
    (payment,) = [each["data"] for each in told if each["type"] == "payment.completed"]
    assert payment["currency"] == "KES"
    assert payment["amount"] > 0
    assert "Wanjiru" not in str(server.came), "ids and facts, no names"
    page = sponsor.get(f"{URL}{webhook['id']}/deliveries/")
    eventually(lambda: sponsor.get(f"{URL}{webhook['id']}/deliveries/?state=pending")["total"] == 0, "all is settled")
    assert page["total"] == len(server.came) == len({headers["webhook-id"] for headers, _ in server.came})
    assert webhook["secret"] not in sponsor.system.logs()


def test_what_was_refused_comes_again_under_the_same_id(town: Town, server: Server) -> None:
    sponsor = town.admin()
    webhook = subscribe(sponsor, server, "cohort.created")
    server.refusals = 1
    sponsor.post(f"{URL}{webhook['id']}/test/", status=202)

    eventually(lambda: len(server.came) == 2, "it is tried again")

    (first, body), (second, again) = server.came
    assert first["webhook-id"] == second["webhook-id"]
    assert body == again
    states = f"{URL}{webhook['id']}/deliveries/"
    eventually(lambda: sponsor.get(states)["items"][0]["state"] == "delivered", "it is settled")
    delivery = sponsor.get(states)["items"][0]["id"]
    assert [each["status"] for each in sponsor.get(f"{states}{delivery}/")["tried"]] == [500, 204]
    sponsor.call("DELETE", f"{URL}{webhook['id']}/", status=204)
    sponsor.call("GET", f"{URL}{webhook['id']}/", status=404)


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/", "https://169.254.169.254/latest/", "https://[::1]/", "http://8.8.8.8/"]
)
def test_no_webhook_leads_to_a_private_address(town: Town, url: str) -> None:
    answer = town.admin().call("POST", URL, json={"url": url, "events": ["invoice.paid"]}, status=422)
    assert answer.json()["errors"][0]["field"] == "url"


@pytest.mark.long
def test_the_python_and_the_npm_library_read_what_is_signed_and_refuse_what_is_not(
    town: Town, server: Server, tmp_path: Any
) -> None:
    sponsor = town.admin(name="Zoë Ōkafor")
    webhook = subscribe(sponsor, server, "cohort.created")
    make_cohort(sponsor)
    eventually(lambda: len(server.came) == 1, "the first is heard")
    rotated = sponsor.post(f"{URL}{webhook['id']}/rotate-secret/", {"overlap_hours": 1}, status=200)
    make_cohort(sponsor)
    eventually(lambda: len(server.came) == 2, "the second is heard")

    (alone, first), (both, second) = server.came
    stale = {**alone, "webhook-timestamp": str(int(alone["webhook-timestamp"]) - 3600)}
    good = [(webhook["secret"], alone, first), (webhook["secret"], both, second), (rotated["secret"], both, second)]
    bad = [
        (rotated["secret"], alone, first),  # signed before there was this secret
        (webhook["secret"], alone, first.replace("cohort.created", "cohort.deleted")),
        (webhook["secret"], {**alone, "webhook-id": both["webhook-id"]}, first),
        (webhook["secret"], stale, first),
    ]
    for read in (in_python, in_node(tmp_path)):
        assert [each["type"] for each in read(good) if each] == ["cohort.created"] * 3, read
        assert read(bad) == [None] * 4, read


Case = tuple[str, dict[str, str], str]


def in_python(cases: list[Case]) -> list[Any]:
    """What the Python library reads in each; None where it refuses."""

    def read(secret: str, headers: dict[str, str], body: str) -> Any:
        try:
            return Webhook(secret).verify(body, headers)
        except WebhookVerificationError:
            return None

    return [read(*case) for case in cases]


def in_node(folder: Any) -> Callable[[list[Case]], list[Any]]:
    """The same with the npm library."""
    if not shutil.which("npm") or not shutil.which("node"):
        need("npm and node")
    install = ["npm", "install", "--no-audit", "--no-fund", NPM]
    if subprocess.run(install, cwd=folder, timeout=300, capture_output=True, check=False).returncode:
        need(f"npm and {NPM}")
    shutil.copy(PROGRAM, folder)

    def read(cases: list[Case]) -> list[Any]:
        names = ("secret", "headers", "body")
        (folder / "deliveries.json").write_text(json.dumps([dict(zip(names, case, strict=True)) for case in cases]))
        command = ["node", "verify.cjs", "deliveries.json"]
        told = subprocess.run(command, cwd=folder, timeout=60, capture_output=True, text=True, check=True)
        return [json.loads(line).get("read") for line in told.stdout.splitlines()]

    return read
