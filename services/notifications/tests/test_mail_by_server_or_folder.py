"""A mail server and a local folder; which way out is chosen; and what may become a header."""

import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from email.headerregistry import Address
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from chassis.settings import load
from notifications.clients.mailers import Mailer, mailer
from notifications.clients.mailers.base import Refused, TryLater
from notifications.clients.mailers.folder import FolderMailer
from notifications.clients.mailers.provider import ProviderMailer
from notifications.clients.mailers.smtp import SmtpMailer
from notifications.rules.mail import Unmailable, address
from notifications.settings import Settings

PRODUCTION = {
    "UFADHILI_ENV": "production",
    "DATABASE_URL": "postgresql+psycopg://nobody@localhost/nothing",
    "CLIENT_SECRET": "secret-of-a-test",
    "EVENTS_SECRET": "whsec_dGVzdHMgYXJlIHNpZ25lZCB0b28hISEhISEhISE=",
}


def test_the_settings_choose(settings: Any, tmp_path: Path) -> None:
    assert isinstance(mailer(settings), FolderMailer)
    smtp = replace(settings, smtp_url="smtp://localhost:2525")
    assert isinstance(mailer(smtp), SmtpMailer)
    assert isinstance(mailer(replace(smtp, mail_service_url="http://provider.test")), ProviderMailer)


@pytest.mark.env(NOTIFICATION_SERVICE_URL="http://127.0.0.1:9", NOTIFICATION_SERVICE_API_KEY="key")
def test_the_environment_names_the_provider(database: Any, settings: Any) -> None:
    assert isinstance(database.provided[Mailer], ProviderMailer)
    assert settings.mail_service_key == "key"


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
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_mail_server_gets_both_parts(mail: Any, smtp: tuple[Server, str]) -> None:
    server, url = smtp
    out, sent = SmtpMailer(url), mail()
    out.send(sent)
    out.send(mail())
    sender, recipients, content = server.mails[0]
    assert (sender, recipients) == ("no-reply@ufadhili.example", ["amina@example.org"])
    assert f"Message-ID: <{sent.id}@ufadhili.example>".encode() in content
    assert b"multipart/alternative" in content
    assert len(server.mails) == 2


def test_a_mailbox_that_does_not_exist_is_refused_a_full_one_tried_again(mail: Any, smtp: tuple[Server, str]) -> None:
    server, url = smtp
    server.answers = {"gone@example.org": "550 unknown", "full@example.org": "452 full"}
    out = SmtpMailer(url)
    with pytest.raises(Refused, match="smtp_550"):
        out.send(mail(to=Address("", "gone", "example.org")))
    with pytest.raises(TryLater, match="smtp_452"):
        out.send(mail(to=Address("", "full", "example.org")))
    out.send(mail())
    assert len(server.mails) == 1


def test_a_mail_server_that_is_down_is_tried_again(mail: Any) -> None:
    with pytest.raises(TryLater):
        SmtpMailer(f"smtp://127.0.0.1:{_free_port()}", timeout=0.5).send(mail())


def test_the_folder_says_what_it_is_and_keeps_one_file_a_mail(mail: Any, tmp_path: Path) -> None:
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


def test_no_value_becomes_a_header_of_its_own(mail: Any) -> None:
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


def test_production_does_not_start_with_nowhere_to_send(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="SMTP_URL"):
        load(Settings.read)
    monkeypatch.setenv("SMTP_URL", "smtp://mail.example.org:587")
    assert load(Settings.read).smtp_url == "smtp://mail.example.org:587"
    for name, bad in (("SMTP_URL", "imap://x"), ("MAIL_FROM", "nobody"), ("NOTIFICATION_SERVICE_URL", "file:///x")):
        monkeypatch.setenv(name, bad)
        with pytest.raises(SystemExit, match=name):
            load(Settings.read)
        monkeypatch.delenv(name)
        monkeypatch.setenv("SMTP_URL", "smtp://mail.example.org:587")
