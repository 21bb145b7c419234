"""A mail provider over HTTP: what it gets, and what comes of its answers."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.billing import PaymentCompleted
from notifications.clients.mailers import Mailer
from notifications.clients.mailers.base import Refused, TryLater
from notifications.clients.mailers.provider import ProviderMailer
from notifications.usecases.deliver_mail import deliver_mail


class Provider(ThreadingHTTPServer):
    """A provider after the published shape: answers by ``script``, then accepts, once per key."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[tuple[int, dict[str, str]] | None] = []
        self.accepted: dict[str, Any] = {}
        self.authorizations: set[str] = set()
        self.over = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.authorizations.add(self.headers["Authorization"])
        answer = self.server.script.pop(0) if self.server.script else (202, {})
        if answer is None:
            self.server.over.wait(10)  # says nothing until the test is over
            return
        status, headers = answer
        if status < 300:
            self.server.accepted[self.headers["Idempotency-Key"]] = (self.path, body)
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    server = Provider()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


def paid(organization: UUID) -> PaymentCompleted:
    return PaymentCompleted(
        organization_id=organization,
        payment_id=new_id(),
        amount_minor=100,
        currency="KES",
        method="card",
        completed_at=datetime(2026, 11, 22, tzinfo=UTC),
    )


@pytest.fixture
def queued(organization: UUID, deliver: Callable[..., None], session: Any) -> Callable[[], tuple[Any, ...]]:
    """One mail is queued; call it to see (state, reason, attempts)."""
    deliver(paid(organization))
    return lambda: tuple(session.execute(text("select state, reason, attempts from deliveries")).one())


def test_the_provider_gets_the_published_shape(mail: Any, provider: Provider) -> None:
    sent = mail()
    ProviderMailer(provider.url, "key").send(sent)
    path, body = provider.accepted[str(sent.id)]
    assert path == "/v1/messages"
    assert provider.authorizations == {"Bearer key"}
    assert body == {
        "id": str(sent.id),
        "channel": "email",
        "from": {"name": "Ufadhili", "address": "no-reply@ufadhili.example"},
        "to": {"name": "Ämina", "address": "amina@example.org"},
        "reply_to": None,
        "subject": "Häbari",
        "text": "Hello.",
        "html": "<p>Hello.</p>",
        "message_id": f"<{sent.id}@ufadhili.example>",
        "headers": {"Auto-Submitted": "auto-generated"},
        "attachments": [],
    }


@pytest.mark.parametrize("status", [401, 403, 408, 409, 429, 500, 502, 503])
def test_what_is_not_the_mails_fault_is_tried_again(mail: Any, provider: Provider, status: int) -> None:
    provider.script = [(status, {"Retry-After": "120"})]
    with pytest.raises(TryLater) as later:
        ProviderMailer(provider.url, "key").send(mail())
    assert later.value.after == (120 if status in (401, 403, 408, 409, 429) else None)


@pytest.mark.parametrize("status", [301, 400, 404, 413, 422])
def test_a_mail_the_provider_does_not_want_is_refused(mail: Any, provider: Provider, status: int) -> None:
    provider.script = [(status, {})]
    with pytest.raises(Refused, match=f"provider_{status}"):
        ProviderMailer(provider.url, "key").send(mail())


def test_a_silent_or_absent_provider_is_tried_again(mail: Any, provider: Provider) -> None:
    provider.script = [None]
    with pytest.raises(TryLater):
        ProviderMailer(provider.url, "key", timeout=(0.2, 0.2)).send(mail())
    with pytest.raises(TryLater):
        ProviderMailer("http://127.0.0.1:9", "key").send(mail())


def test_a_delivery_waits_as_long_as_the_provider_asks(
    provider: Provider, database: Any, queued: Any, run_job: Any
) -> None:
    database.provided[Mailer] = ProviderMailer(provider.url, "key")
    provider.script = [(429, {"Retry-After": "1800"})]
    start = datetime.now(UTC)
    run_job("deliver_due")
    assert queued() == ("queued", "provider_429", 1)
    with time_machine.travel(start + timedelta(minutes=29)):
        run_job("deliver_due")
        assert queued() == ("queued", "provider_429", 1)
    with time_machine.travel(start + timedelta(minutes=31)):
        run_job("deliver_due")
    assert queued() == ("sent", None, 2)
    assert len(provider.accepted) == 1


def test_after_forty_attempts_it_has_failed(provider: Provider, database: Any, queued: Any, run_job: Any) -> None:
    database.provided[Mailer] = ProviderMailer(provider.url, "key")
    provider.script = [(429, {})] * 50
    start = datetime.now(UTC)
    for hour in range(45):
        with time_machine.travel(start + timedelta(hours=hour)):
            run_job("deliver_due")
    assert queued() == ("failed", "provider_429", 40)


def test_a_mail_whose_acceptance_was_not_noted_is_sent_again_under_the_same_key(
    provider: Provider, database: Any, queued: Any, run_job: Any, session: Any
) -> None:
    database.provided[Mailer] = ProviderMailer(provider.url, "key")
    run_job("deliver_due")
    session.execute(text("update deliveries set state = 'queued'"))
    run_job("deliver_due")
    assert queued()[0] == "queued", "in hand until its lease ends"
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        run_job("deliver_due")
    assert queued() == ("sent", None, 2)
    assert len(provider.accepted) == 1


def test_a_slow_batch_lets_go_of_what_it_has_not_started(
    *, provider: Provider, database: Any, organization: UUID, deliver: Any, run_job: Any, session: Any
) -> None:
    class Slow(ProviderMailer):
        def send(self, mail: Any) -> None:
            super().send(mail)
            clock.shift(40)

    for _ in range(3):
        deliver(paid(organization))
    database.provided[Mailer] = Slow(provider.url, "key")
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        deliver_mail(database)
        states = session.execute(text("select state, attempts from deliveries order by id")).all()
        assert sorted(states) == [("queued", 0), ("queued", 0), ("sent", 1)]
        run_job("deliver_due")
    assert len(provider.accepted) == 3
