"""Messages, what became of them and what lies in inboxes are kept for three years, or as the operator sets."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
from sqlalchemy import text

from chassis.ids import first_id, new_id
from contracts.events.privacy import ErasureRequested
from notifications.usecases import forget_messages

INBOX = "/api/v1/notifications/inbox/"
# As if it had been written then: what is of long ago cannot be made by waiting.
AGED = (
    text("""
    insert into messages select (jsonb_populate_record(messages, jsonb_build_object(
        'id', cast(:aged as uuid), 'source', cast(:aged as text),
        'created_at', cast(:at as timestamptz), 'send_at', cast(:at as timestamptz)))).*
    from messages where id = :id
    """),
    text("update deliveries set message_id = :aged where message_id = :id"),
    text("delete from messages where id = :id"),
)


def months_ago(months: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=30.6 * months)


@pytest.fixture
def age(session: Any) -> Any:
    """``age(message, 37)``: it was written so many months ago."""

    def do(message: UUID | str, months: int) -> None:
        at = months_ago(months)
        values = {"id": message, "at": at, "aged": UUID(int=first_id(at).int + new_id().int % 10_000)}
        for statement in AGED:
            session.execute(statement, {name: values[name] for name in values if f":{name}" in statement.text})

    return do


@pytest.fixture
def written(*, elsewhere: Any, send: Any, run_job: Any, age: Any) -> Any:
    """``written(37)`` → who found a message in their inbox so many months ago."""

    def write(months: int, *, delivered: bool = True) -> UUID:
        elsewhere.recipients.clear()
        reader: UUID = elsewhere.user_of(elsewhere.student())
        message = send(channels=["in_app"]).json["message_id"]
        if delivered:
            run_job("deliver_due")
        age(message, months)
        return reader

    return write


@pytest.fixture
def found(client: Any, as_: Any) -> Any:
    """``found(reader)`` → how much lies in an inbox."""
    return lambda reader: client.get(INBOX, headers=as_(user=reader)).json["total"]


def counts(session: Any) -> tuple[int, int]:
    """Messages and deliveries."""
    one, other = (session.scalar(text(f"select count(*) from {t}")) for t in ("messages", "deliveries"))  # noqa: S608
    return one, other


def test_a_message_is_there_for_three_years_and_then_nowhere(
    written: Any, found: Any, run_job: Any, session: Any
) -> None:
    kept, gone = written(35), written(37)
    run_job("forget_messages")
    assert (found(kept), found(gone)) == (1, 0)
    assert counts(session) == (1, 1)


@pytest.mark.env(MESSAGE_MONTHS="12")
def test_or_as_long_as_the_operator_says(written: Any, found: Any, run_job: Any) -> None:
    kept, gone = written(11), written(13)
    run_job("forget_messages")
    assert (found(kept), found(gone)) == (1, 0)


def test_many_go_batch_by_batch_and_none_is_left(*, written: Any, run_job: Any, session: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(forget_messages, "BATCH", 2)
    for months in range(37, 42):
        written(months)
    with structlog.testing.capture_logs() as logs:
        run_job("forget_messages")
    assert counts(session) == (0, 0)
    assert [(one["event"], one["messages"]) for one in logs] == [("messages_forgotten", 5)]


def test_what_still_waits_and_who_was_erased_is_not_forgotten(
    *, written: Any, age: Any, deliver: Any, run_job: Any, session: Any
) -> None:
    written(40, delivered=False)
    deliver(ErasureRequested(request_id=new_id(), user_id=None, student_id=new_id(), addresses=()))
    age(session.scalar(text("select id from messages where kind = 'erased'")), 40)
    run_job("forget_messages")
    assert counts(session) == (2, 1)
