"""Notifications' own points of the checklist: mail has a way out that answers."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from chassis.check.points import Point, Situation
from chassis.settings import load
from chassis.testing import ENVIRONMENT
from notifications.checks import mail, texts, webhooks
from notifications.settings import Settings

Look = Callable[..., dict[str, Point]]


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Look:
    """The points with this environment, by name; of two of a name the worse."""

    def run(**environment: str) -> dict[str, Point]:
        database = {"DATABASE_URL": "postgresql+psycopg://nobody@localhost/nothing"}
        for name, value in {**ENVIRONMENT, **database, "MAIL_FROM": "a@ufadhili.test", **environment}.items():
            monkeypatch.setenv(name, value)
        situation = Situation("notifications", load(Settings.read), environment)
        points = [*mail(situation), *texts(situation), *webhooks(situation)]
        return {point.name: point for point in sorted(points, key=lambda point: point.state == "FAIL")}

    return run


@pytest.fixture
def smtp() -> Iterator[Any]:
    """A mail server on this machine, without TLS."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(object(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture
def provider() -> Iterator[str]:
    """An HTTP mail provider in trouble."""
    server = make_server("127.0.0.1", 0, Request.application(lambda _: Response(status=502)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_server_that_answers_passes(look: Look, smtp: int) -> None:
    told = look(SMTP_URL=f"smtp://127.0.0.1:{smtp}", WEBHOOK_SECRETS_KEY="0c5e2f9d71b84a63")
    states = {name: point.state for name, point in told.items() if name != "text messages"}
    assert states == dict.fromkeys(("mail", "mail encryption", "mail sender", "webhooks", "webhook secrets"), "ok")
    assert told["mail"].why == "127.0.0.1 answers EHLO"


def test_a_server_that_is_away_or_speaks_no_tls_is_told(look: Look, smtp: int) -> None:
    assert "does not answer (ConnectionRefusedError)" in look(SMTP_URL="smtp://127.0.0.1:9")["mail"].why
    assert "TLS with 127.0.0.1 fails" in look(SMTP_URL=f"smtps://127.0.0.1:{smtp}")["mail encryption"].why


def test_a_folder_reaches_nobody(look: Look, tmp_path: Any) -> None:
    told = look(MAIL_DIR=str(tmp_path))
    assert told["mail"].state == "FAIL"
    assert "only written to the folder" in told["mail"].why


def test_a_provider_in_trouble_is_told(look: Look, provider: str) -> None:
    told = look(NOTIFICATION_SERVICE_URL=provider, NOTIFICATION_SERVICE_API_KEY="k")
    assert told["mail"].why == "the provider answers 502"


def test_a_sender_that_is_nobody_is_told(look: Look, smtp: int) -> None:
    told = look(SMTP_URL=f"smtp://127.0.0.1:{smtp}", MAIL_FROM="Ufadhili <no-reply@ufadhili.example>")
    assert told["mail sender"].state == "warn"


def test_webhooks_into_private_networks_and_secrets_without_a_key_are_told(look: Look, smtp: int) -> None:
    told = look(SMTP_URL=f"smtp://127.0.0.1:{smtp}", WEBHOOK_ALLOWED_NETWORKS="10.1.2.0/24")
    assert told["webhooks"].state == told["webhook secrets"].state == "warn"
    assert "10.1.2.0/24" in told["webhooks"].why


def test_text_messages_are_off_or_whole(look: Look, tmp_path: Any) -> None:
    assert look(MAIL_DIR=str(tmp_path))["text messages"].state == "warn"
    half = {"AFRICAS_TALKING_API_KEY": "k", "AFRICAS_TALKING_USERNAME": "u"}
    assert look(MAIL_DIR=str(tmp_path), **half)["text messages"].why == "whether they arrive is not heard"
    nobody = {"AFRICAS_TALKING_API_KEY": "k", "AFRICAS_TALKING_USERNAME": "", "SMS_CALLBACK_SECRET": "s"}
    assert "USERNAME" in look(MAIL_DIR=str(tmp_path), **nobody)["text messages"].why
    whole = look(MAIL_DIR=str(tmp_path), SMS_CALLBACK_SECRET="s", SMS_COUNTRIES="ke, UG", **half)["text messages"]
    assert (whole.state, whole.why) == ("ok", "to numbers of KE, UG")


@pytest.mark.parametrize(
    "environment",
    [
        {"MAIL_CALLBACK_SECRET": "short"},
        {"MAIL_CALLBACK_SECRET": "whsec_AAAA"},
        {"MAIL_CALLBACK_SECRET": "whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"},
        {"SMS_COUNTRIES": "Kenya"},
        {"SMS_COUNTRIES": ","},
        {"AFRICAS_TALKING_URL": "ftp://x"},
        {"MAIL_BOUNCES_TO": "nobody"},
    ],
)
def test_settings_that_are_none_stop_the_start(look: Look, environment: dict[str, str]) -> None:
    with pytest.raises(SystemExit, match=next(iter(environment))):
        look(**environment)
