"""Mails that come back: for good, for now, or called spam; said by a provider or by a mail server."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text
from standardwebhooks import Webhook

from chassis.ids import new_id
from contracts.events.billing import PaymentCompleted
from contracts.events.notifications import MessageDelivered, MessageFailed
from notifications.clients.mailers import Mailer
from notifications.rules.mail import Mail

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "/api/v1/notifications/callbacks/"
pytestmark = pytest.mark.env(MAIL_CALLBACK_SECRET=SECRET)

DSN = """\
From: MAILER-DAEMON@mx.example.net
To: bounces@ufadhili.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Sun, 22 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; amina@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 No such user

--b
{returned}
--b--
"""
HEADERS = "Content-Type: text/rfc822-headers\n\nReceived: x\nMessage-ID:\n <{id}@ufadhili.example>\nSubject: Monday"
WHOLE = "Content-Type: message/rfc822\n\nMessage-ID: <{id}@ufadhili.example>\nSubject: Monday\n\nWe meet at nine."


def signed(body: bytes, at: datetime | None = None, secret: str = SECRET, **replaced: str) -> dict[str, str]:
    at = at or datetime.now(UTC)
    found = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp()))}
    found["webhook-signature"] = Webhook(secret).sign("msg_1", at, body.decode())
    return {**found, **replaced}


@pytest.fixture
def tell(client: Any) -> Callable[..., int]:
    """``tell("message.bounced", delivery_id, bounce="hard")`` → the status of our answer."""

    def post(kind: str, delivery: Any, **data: Any) -> int:
        body = json.dumps({"type": kind, "data": {"id": str(delivery), **data}}).encode()
        headers = {**signed(body), "Content-Type": "application/json"}
        status: int = client.post(f"{URL}mail/", data=body, headers=headers).status_code
        return status

    return post


@pytest.fixture
def return_to_sender(client: Any) -> Callable[..., int]:
    """``return_to_sender(delivery_id, "failed", "5.1.1")`` → the status of our answer."""

    def post(delivery: Any, action: str, status: str, returned: str = HEADERS) -> int:
        body = DSN.format(action=action, status=status, returned=returned.format(id=delivery)).encode()
        headers = {**signed(body), "Content-Type": "message/rfc822"}
        found: int = client.post(f"{URL}bounce/", data=body, headers=headers).status_code
        return found

    return post


class Keys(Mailer):
    """Notes under which key each mail was handed over."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.ids: list[UUID] = []

    def send(self, mail: Mail) -> None:
        self.keys.append(mail.key)
        self.ids.append(mail.id)


@pytest.fixture
def keys(database: Any) -> Keys:
    found = database.provided[Mailer] = Keys()
    return found


@pytest.fixture
def sent(elsewhere: Any, keys: Keys, send: Any, run_job: Any, session: Any) -> UUID:
    """One mail to Amina has left; the delivery."""
    elsewhere.student(email="amina@example.org")
    send(channels=["email"])
    run_job("deliver_due")
    return keys.ids[0]


@pytest.fixture
def state(session: Any) -> Callable[[], tuple[Any, ...]]:
    return lambda: tuple(session.execute(text("select state, reason from deliveries order by id limit 1")).one())


def test_a_mail_has_arrived(sent: UUID, tell: Any, state: Any, published: Any) -> None:
    for _ in range(3):
        assert tell("message.delivered", sent) == 204
    assert state() == ("delivered", None)
    assert [event.delivery_id for event in published(MessageDelivered)] == [sent]


def test_a_mailbox_that_is_gone_is_written_to_no_more(
    *, sent: UUID, tell: Any, state: Any, send: Any, run_job: Any, keys: Keys, published: Any, session: Any
) -> None:
    for _ in range(3):
        assert tell("message.bounced", sent, bounce="hard") == 204
    assert state() == ("failed", "bounced")
    assert [event.reason for event in published(MessageFailed)] == ["bounced"]
    send(channels=["email"])
    run_job("deliver_due")
    assert len(keys.keys) == 1
    assert session.scalars(text("select reason from deliveries order by id")).all() == ["bounced", "bounced"]
    tell("message.delivered", sent)
    assert state() == ("failed", "bounced"), "a late word changes nothing"


def test_it_is_tried_again_after_half_a_year(
    *, sent: UUID, tell: Any, send: Any, run_job: Any, keys: Keys, organization: UUID, deliver: Any
) -> None:
    tell("message.bounced", sent, bounce="hard")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=181)):
        send(channels=["email"])
        run_job("deliver_due")
    assert len(keys.keys) == 2


def test_to_a_mailbox_that_is_gone_not_even_an_invoice_goes(
    *, elsewhere: Any, keys: Keys, send: Any, tell: Any, run_job: Any, organization: UUID, deliver: Any, session: Any
) -> None:
    elsewhere.student(email="office@tumaini.example.org")
    send(channels=["email"])
    run_job("deliver_due")
    tell("message.bounced", keys.ids[0], bounce="hard")
    facts = {"amount_minor": 1, "currency": "KES", "method": "card", "completed_at": datetime.now(UTC)}
    deliver(PaymentCompleted(organization_id=organization, payment_id=new_id(), **facts))
    run_job("deliver_due")
    assert len(keys.keys) == 1


def test_what_came_back_for_now_is_sent_anew_three_times(
    *, sent: UUID, tell: Any, state: Any, run_job: Any, keys: Keys
) -> None:
    start = datetime.now(UTC)
    for hours in range(1, 5):
        assert tell("message.bounced", sent, bounce="soft") == 204
        assert tell("message.bounced", sent, bounce="soft") == 204, "said twice"
        run_job("deliver_due")
        with time_machine.travel(start + timedelta(hours=3 * hours)):
            run_job("deliver_due")
    assert keys.keys == [str(sent), f"{sent}-1", f"{sent}-2", f"{sent}-3"], "a provider would swallow the same key"
    assert set(keys.ids) == {sent}
    assert state() == ("failed", "bounced")


def test_whoever_calls_it_spam_gets_no_more_of_what_could_be_chosen(
    *, sent: UUID, tell: Any, elsewhere: Any, client: Any, as_: Any, send: Any, run_job: Any, keys: Keys
) -> None:
    assert tell("message.complained", sent) == 204
    me = UUID(elsewhere.recipients[0]["user_id"])
    wishes = client.get("/api/v1/notifications/preferences/", headers=as_(user=me)).json["categories"]
    assert {category: of["email"] for category, of in wishes.items()} == dict.fromkeys(wishes, False)
    elsewhere.recipients[0]["user_id"] = None
    send(channels=["email"])
    run_job("deliver_due")
    assert len(keys.keys) == 1


@pytest.mark.parametrize("returned", [HEADERS, WHOLE])
@pytest.mark.parametrize(
    ("action", "status", "found"),
    [
        ("failed", "5.1.1", ("failed", "bounced")),
        ("Failed", "5.7.1", ("failed", "bounced")),
        ("failed", "4.4.7", ("queued", "bounced")),
        ("failed", "5.2.2", ("queued", "bounced")),  # a mailbox that is full is emptied
        ("delayed", "4.4.1", ("sent", None)),
        ("delivered", "2.0.0", ("delivered", None)),
        ("relayed", "2.0.0", ("sent", None)),
    ],
)
def test_a_mail_servers_report_is_understood(
    *, sent: UUID, return_to_sender: Any, state: Any, returned: str, action: str, status: str, found: Any
) -> None:
    assert return_to_sender(sent, action, status, returned) == 204
    assert state() == found


def test_a_mail_that_is_no_report_is_refused(client: Any, sent: UUID, state: Any, return_to_sender: Any) -> None:
    vacation = f"From: a@example.org\nSubject: I am away\nIn-Reply-To: <{sent}@ufadhili.example>\n\nBye".encode()
    empty = DSN.format(action="failed", status="5.1.1", returned="Content-Type: text/plain\n\nnothing").encode()
    broken = b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n\xff\xfe'
    for body in (vacation, empty):
        answer = client.post(f"{URL}bounce/", data=body, headers=signed(body))
        assert (answer.status_code, answer.json["code"]) == (400, "not_a_delivery_report")
    assert client.post(f"{URL}bounce/", data=broken, headers=signed(b"x")).status_code == 401
    assert return_to_sender("not-an-id", "failed", "5.1.1") == 400
    assert return_to_sender(sent, "failed", "bad") == 400
    assert return_to_sender(new_id(), "failed", "5.1.1") == 204, "of a mail nobody here knows"
    assert state() == ("sent", None)


@pytest.mark.parametrize(
    "headers",
    [
        lambda body: {},
        lambda body: signed(body, secret="whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        lambda body: signed(body + b" "),
        lambda body: signed(body, datetime.now(UTC) - timedelta(minutes=6)),
        lambda body: signed(body, datetime.now(UTC) + timedelta(minutes=6)),
        lambda body: signed(body, **{"webhook-timestamp": "soon"}),
        lambda body: signed(body, **{"webhook-signature": "v1,AAAA"}),
        lambda body: signed(body, **{"webhook-signature": "x"}),
        lambda body: signed(body, **{"webhook-id": "msg_2"}),
    ],
)
@pytest.mark.parametrize("door", ["mail/", "bounce/"])
def test_a_forged_or_stale_callback_is_refused(client: Any, sent: UUID, state: Any, headers: Any, door: str) -> None:
    body = json.dumps({"type": "message.bounced", "data": {"id": str(sent), "bounce": "hard"}}).encode()
    if door == "bounce/":
        body = DSN.format(action="failed", status="5.1.1", returned=HEADERS.format(id=sent)).encode()
    answer = client.post(URL + door, data=body, headers={**headers(body), "Content-Type": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed")
    assert state() == ("sent", None)


@pytest.mark.env(MAIL_CALLBACK_SECRET="")
def test_without_a_secret_nothing_is_taken(client: Any) -> None:
    body = b'{"type": "message.delivered", "data": {"id": "0192f0c1-7b7e-7d5c-9a53-0f2f1c7a4e33"}}'
    answer = client.post(f"{URL}mail/", data=body, headers={**signed(body), "Content-Type": "application/json"})
    assert answer.status_code == 401


def test_words_nobody_here_knows_are_taken_and_change_nothing(sent: UUID, tell: Any, state: Any, client: Any) -> None:
    assert tell("message.clicked", sent) == 204
    assert tell("message.bounced", sent) == 204
    assert tell("message.bounced", sent, bounce="medium") == 204
    assert tell("message.bounced", "x", bounce="hard") == 422
    large = b"x" * (256 * 1024 + 1)
    assert client.post(f"{URL}bounce/", data=large, headers=signed(large)).status_code == 413
    assert state() == ("sent", None)
