"""What the carrier reports of texts: late, twice, in any order, too early, of others' texts, and forged."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from contracts.events.notifications import MessageDelivered, MessageFailed, MessageSent

SECRET = "b7c1f0a9d2e84f6793"
AFTERNOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
pytestmark = pytest.mark.env(SMS_CALLBACK_SECRET=SECRET)


@pytest.fixture
def report(client: Any) -> Any:
    """``report("ATXid_0", "Success")`` → the status of our answer."""

    def post(provider_id: str, status: str, *, secret: str = SECRET, **more: str) -> int:
        form = {"id": provider_id, "status": status, "phoneNumber": "+254712345678", "networkCode": "63902", **more}
        found: int = client.post(f"/api/v1/notifications/callbacks/sms/{secret}/", data=form).status_code
        return found

    return post


@pytest.fixture
def sent(carrier: Any, with_phone: Any, send: Any, run_job: Any, session: Any) -> Any:
    """One text has been taken; call it to see (state, reason)."""
    with_phone()
    with time_machine.travel(AFTERNOON):
        send(channels=["sms"])
        run_job("deliver_due")
    return lambda: tuple(session.execute(text("select state, reason from deliveries")).one())


def test_it_has_arrived(carrier: Any, sent: Any, report: Any, published: Any) -> None:
    assert [event.channel for event in published(MessageSent)] == ["sms"]
    for status in ("Sent", "Submitted", "Buffered"):
        assert report(carrier.ids()[0], status) == 200
        assert sent() == ("sent", None)
    for _ in range(3):
        assert report(carrier.ids()[0], "Success") == 200
    assert sent() == ("delivered", None)
    assert [event.channel for event in published(MessageDelivered)] == ["sms"], "said once"


@pytest.mark.parametrize("order", list(itertools.permutations(["Submitted", "Success", "Failed"])))
def test_the_first_final_word_counts(carrier: Any, sent: Any, report: Any, order: tuple[str, ...]) -> None:
    for status in order * 2:
        report(carrier.ids()[0], status)
    final = next(status for status in order if status != "Submitted")
    assert sent() == (("delivered", None) if final == "Success" else ("failed", "sms_failed"))


@pytest.mark.parametrize(
    ("status", "reason", "kept"),
    [
        ("Failed", "AbsentSubscriber", "sms_absentsubscriber"),
        ("Rejected", "InsufficientCredit", "sms_insufficientcredit"),
        ("Failed", "", "sms_failed"),
        ("Failed", "<script>alert(1)</script>", "sms_scriptalertscript"),
        ("Expired", "", "sms_expired"),
    ],
)
def test_why_it_failed_is_kept_as_a_word(
    *, carrier: Any, sent: Any, report: Any, published: Any, status: str, reason: str, kept: str
) -> None:
    report(carrier.ids()[0], status, failureReason=reason)
    assert sent() == ("failed", kept)
    assert [event.reason for event in published(MessageFailed)] == [kept]


def test_a_report_before_its_text_is_noted_is_kept_until_it_is(
    *, carrier: Any, with_phone: Any, send: Any, report: Any, run_job: Any, session: Any
) -> None:
    with_phone()
    with time_machine.travel(AFTERNOON):
        send(channels=["sms"])
        assert report("ATXid_0", "Success") == 200  # it will be called that
        run_job("deliver_due")
    assert session.scalar(text("select state from deliveries")) == "delivered"
    assert session.scalar(text("select count(*) from early_reports")) == 0


def test_reports_of_what_nobody_here_sent_are_forgotten(
    *, carrier: Any, sent: Any, report: Any, with_phone: Any, send: Any, run_job: Any, session: Any
) -> None:
    assert report("ATXid_somebody_elses", "Failed") == 200
    assert sent() == ("sent", None)
    with time_machine.travel(AFTERNOON + timedelta(days=400)):
        send(channels=["sms"])
        run_job("deliver_due")
    assert session.scalar(text("select count(*) from early_reports")) == 0


@pytest.mark.parametrize("secret", ["", "x", SECRET[:-1], SECRET + "0", SECRET.upper(), "\u00e9"])
def test_a_forged_report_is_refused(carrier: Any, sent: Any, report: Any, secret: str) -> None:
    assert report(carrier.ids()[0], "Success", secret=secret) in (401, 404)
    assert sent() == ("sent", None)


def test_nonsense_is_refused(client: Any, sent: Any) -> None:
    url = f"/api/v1/notifications/callbacks/sms/{SECRET}/"
    assert client.post(url, data={"status": "Success"}).status_code == 422
    assert client.post(url, data={"id": "x" * 201, "status": "Success"}).status_code == 422
    assert client.post(url, json={"id": "x", "status": "Success"}).status_code == 422
    assert client.get(url).status_code == 405


@pytest.mark.env(SMS_CALLBACK_SECRET="")
def test_without_a_secret_no_report_is_taken(carrier: Any, sent: Any, report: Any) -> None:
    assert report(carrier.ids()[0], "Success", secret="x") == 401
    assert sent() == ("sent", None)


def test_who_is_blacklisted_is_not_written_to_again(
    *, carrier: Any, sent: Any, report: Any, send: Any, run_job: Any, session: Any
) -> None:
    report(carrier.ids()[0], "Failed", failureReason="UserInBlackList")
    with time_machine.travel(AFTERNOON):
        send(channels=["sms"])
        run_job("deliver_due")
    assert len(carrier.texts) == 1
    reasons = session.scalars(text("select reason from deliveries order by id")).all()
    assert reasons == ["sms_userinblacklist", "blacklisted"]
