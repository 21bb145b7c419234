"""A provider, a mail server and a folder: what they get, and what comes of their answers."""

import json
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
import time_machine
from aiosmtpd.controller import Controller
from sqlalchemy import text

from chassis.ids import new_id
from notifications.clients.mailers import Mailer, mailer
from notifications.clients.mailers.base import Refused, TryLater
from notifications.clients.mailers.folder import FolderMailer
from notifications.clients.mailers.provider import ProviderMailer
from notifications.clients.mailers.smtp import SmtpMailer
from notifications.rules.mail import Mail, Unmailable, address


def mail(**changes: Any) -> Mail:
    facts: dict[str, Any] = {
        "id": new_id(),
        "sender": Address("Ufadhili", "no-reply", "ufadhili.example"),
        "to": Address("Ämina", "amina", "example.org"),
        "reply_to": None,
        "subject": "Häbari",
        "text": "Hello.",
        "html": "<p>Hello.</p>",
        "written_at": datetime(2026, 11, 22, 9, tzinfo=UTC),
    }
    return Mail(**facts | changes)


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


@pytest.fixture
def queued(organization: UUID, deliver: Callable[..., None], session: Any) -> Callable[[], tuple[Any, ...]]:
    """One mail is queued; call it to see (state, reason, attempts)."""
    from contracts.events.billing import PaymentCompleted

    deliver(
        PaymentCompleted(
            organization_id=organization,
            payment_id=new_id(),
            amount_minor=100,
            currency="KES",
            method="card",
            completed_at=datetime(2026, 11, 22, tzinfo=UTC),
        )
    )
    return lambda: tuple(session.execute(text("select state, reason, attempts from deliveries")).one())


def test_the_settings_choose(settings: Any, tmp_path: Path) -> None:
    from dataclasses import replace

    assert isinstance(mailer(settings), FolderMailer)
    smtp = replace(settings, smtp_url="smtp://localhost:2525")
    assert isinstance(mailer(smtp), SmtpMailer)
    assert isinstance(mailer(replace(smtp, mail_service_url="http://provider.test")), ProviderMailer)


@pytest.mark.env(NOTIFICATION_SERVICE_URL="http://127.0.0.1:9", NOTIFICATION_SERVICE_API_KEY="key")
def test_the_environment_names_the_provider(database: Any, settings: Any) -> None:
    assert isinstance(database.provided[Mailer], ProviderMailer)
    assert settings.mail_service_key == "key"


def test_the_provider_gets_the_published_shape(provider: Provider) -> None:
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
    }


@pytest.mark.parametrize("status", [401, 403, 408, 409, 429, 500, 502, 503])
def test_what_is_not_the_mails_fault_is_tried_again(provider: Provider, status: int) -> None:
    provider.script = [(status, {"Retry-After": "120"})]
    with pytest.raises(TryLater) as later:
        ProviderMailer(provider.url, "key").send(mail())
    assert later.value.after == (120 if status in (401, 403, 408, 409, 429) else None)


@pytest.mark.parametrize("status", [301, 400, 404, 413, 422])
def test_a_mail_the_provider_does_not_want_is_refused(provider: Provider, status: int) -> None:
    provider.script = [(status, {})]
    with pytest.raises(Refused, match=f"provider_{status}"):
        ProviderMailer(provider.url, "key").send(mail())


def test_a_silent_or_absent_provider_is_tried_again(provider: Provider) -> None:
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


def test_after_ten_attempts_it_has_failed(provider: Provider, database: Any, queued: Any, run_job: Any) -> None:
    database.provided[Mailer] = ProviderMailer(provider.url, "key")
    provider.script = [(429, {})] * 20
    start = datetime.now(UTC)
    for hour in range(15):
        with time_machine.travel(start + timedelta(hours=hour)):
            run_job("deliver_due")
    assert queued() == ("failed", "provider_429", 10)


def test_a_mail_whose_acceptance_was_not_noted_is_sent_again_under_the_same_key(
    provider: Provider, database: Any, queued: Any, run_job: Any, session: Any
) -> None:
    database.provided[Mailer] = ProviderMailer(provider.url, "key")
    run_job("deliver_due")
    session.execute(text("update deliveries set state = 'queued'"))
    run_job("deliver_due")
    assert queued()[0] == "queued", "in hand until its lease ends"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        run_job("deliver_due")
    assert queued() == ("sent", None, 2)
    assert len(provider.accepted) == 1


class Server:
    """What an SMTP server notes; ``answers`` by recipient."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], bytes]] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, to: str, _options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(to)
        return self.answers.get(to, "250 OK")

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def smtp() -> Iterator[tuple[Server, str]]:
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    yield handler, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_mail_server_gets_both_parts(smtp: tuple[Server, str]) -> None:
    server, url = smtp
    out, sent = SmtpMailer(url), mail()
    out.send(sent)
    out.send(mail())
    sender, recipients, content = server.mails[0]
    assert (sender, recipients) == ("no-reply@ufadhili.example", ["amina@example.org"])
    assert f"Message-ID: <{sent.id}@ufadhili.example>".encode() in content
    assert b"multipart/alternative" in content
    assert len(server.mails) == 2


def test_a_mailbox_that_does_not_exist_is_refused_a_full_one_tried_again(smtp: tuple[Server, str]) -> None:
    server, url = smtp
    server.answers = {"gone@example.org": "550 unknown", "full@example.org": "452 full"}
    out = SmtpMailer(url)
    with pytest.raises(Refused, match="smtp_550"):
        out.send(mail(to=Address("", "gone", "example.org")))
    with pytest.raises(TryLater, match="smtp_452"):
        out.send(mail(to=Address("", "full", "example.org")))
    out.send(mail())
    assert len(server.mails) == 1


def test_a_mail_server_that_is_down_is_tried_again() -> None:
    with pytest.raises(TryLater):
        SmtpMailer(f"smtp://127.0.0.1:{_free_port()}", timeout=0.5).send(mail())


def test_the_folder_says_what_it_is_and_keeps_one_file_a_mail(tmp_path: Path) -> None:
    out, sent = FolderMailer(tmp_path / "mail"), mail()
    out.send(sent)
    out.send(sent)
    files = list((tmp_path / "mail").iterdir())
    assert [file.name for file in files] == [f"{sent.id}.eml"]
    assert b"X-Ufadhili-Mailbox: local folder, not sent" in files[0].read_bytes()
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "mailbox",
    [
        "a@example.org\nBcc: b@example.org",
        "a@example.org, b@example.org",
        "a b@example.org",
        "nobody",
        "@x.org",
        "ä@x.org",
    ],
)
def test_what_is_no_address_is_not_written_to(mailbox: str) -> None:
    with pytest.raises(Unmailable):
        address("Amina", mailbox)


def test_no_value_becomes_a_header_of_its_own() -> None:
    sneaky = address("Amina\r\nBcc: b@example.org", "a@example.org")
    assert mail(to=sneaky).mime().keys().count("Bcc") == 0
    with pytest.raises(Unmailable):
        mail(subject="Hi\r\nBcc: b@example.org").mime()


def test_an_address_that_cannot_be_written_to_fails_once_and_for_all(
    *, organization: UUID, deliver: Any, mailbox: Any, run_job: Any, session: Any, elsewhere: Any, send: Any
) -> None:
    elsewhere.student(email="not an address")
    send(channels=["email"])
    run_job("deliver_due")
    assert session.execute(text("select state, reason from deliveries")).all() == [("failed", "address")]
    assert mailbox.mails == []
