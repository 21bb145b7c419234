"""Messages written for later: stopped in time, and read by who is still there when they leave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from chassis.database import SYSTEM
from chassis.ids import new_id
from chassis.testing import headers_of
from contracts.events.identity import OrganizationCreated
from contracts.events.notifications import MessageDelivered, MessageSent
from notifications.clients.mailers import Mailer
from notifications.rules.mail import Mail
from notifications.usecases.deliver_due import deliver_due


@pytest.fixture
def later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=10)  # while the tests' tokens hold


@pytest.fixture
def cancel(client: Any, as_: Any, organization: UUID) -> Any:
    def post(answer: Any, **who: Any) -> Any:
        headers = as_("messages.send", **{"organization": organization, **who})
        return client.post(f"/api/v1/notifications/messages/{answer.json['message_id']}/cancel/", headers=headers)

    return post


def test_a_message_is_stopped_before_its_time(
    *, elsewhere: Any, send: Any, cancel: Any, mailbox: Any, run_job: Any, later: datetime, published: Any
) -> None:
    for _ in range(3):
        elsewhere.student()
    answer = send(send_at=later.isoformat())
    stopped = cancel(answer)
    assert (stopped.status_code, stopped.json["cancelled"]) == (200, 6)
    assert {state: number for state, number in stopped.json["states"].items() if number} == {"cancelled": 6}
    with time_machine.travel(later + timedelta(seconds=1)):
        run_job("deliver_due")
    assert mailbox.mails == []
    assert published(MessageSent) + published(MessageDelivered) == []
    again = cancel(answer)
    assert (again.status_code, again.json["code"]) == (409, "already_left")


def test_what_has_left_or_is_in_hand_is_not_called_stopped(
    *, elsewhere: Any, send: Any, cancel: Any, mailbox: Any, run_job: Any, session: Any, state_of: Any
) -> None:
    for _ in range(3):
        elsewhere.student()
    answer = send(channels=["email"])
    first = session.scalar(text("select min(id::text) from deliveries"))
    session.execute(text("update deliveries set attempts = 1 where id = cast(:id as uuid)"), {"id": first})
    assert cancel(answer).json["cancelled"] == 2
    run_job("deliver_due")
    assert len(mailbox.mails) == 1
    assert cancel(answer).status_code == 409


def test_only_who_may_send_it_may_stop_it(elsewhere: Any, send: Any, cancel: Any, later: datetime) -> None:
    elsewhere.student()
    answer = send(send_at=later.isoformat())
    assert cancel(answer, organization=new_id()).status_code == 404
    assert cancel(answer, narrowed={new_id(): ("messages.send",)}).status_code == 200, "the whole organization"


def test_stopping_and_sending_at_once_never_both(committing: Any, service: Any) -> None:

    class Counting(Mailer):
        sent = 0

        def send(self, _: Mail) -> None:
            Counting.sent += 1

    organization, message, at = new_id(), new_id(), datetime.now(UTC)
    names = {"name": "T", "kind": "sponsor", "slug": "t", "currency": "KES", "time_zone": "Africa/Nairobi"}
    committing.database.provided[Mailer] = Counting()
    with committing.database.transaction(SYSTEM) as session:
        service.consumers[OrganizationCreated](session, OrganizationCreated(organization_id=organization, **names))
        session.execute(
            text("""insert into messages (id, organization_id, kind, category, channels, format, subject, body, data,
            recipients, excluded, send_at, created_at)
            values (:id, :organization, 'message', 'messages', '{email}', 'text', 'S', 'B', '{}', 60, 0, :at, :at)"""),
            {"id": message, "organization": organization, "at": at},
        )
        session.execute(
            text("""insert into deliveries (id, message_id, organization_id, channel, recipient, address, state,
            attempts, next_attempt_at, changed_at)
            select gen_random_uuid(), :id, :organization, 'email', n::text, 'x' || n || '@example.org', 'queued', 0,
            :at, :at from generate_series(1, 60) n"""),
            {"id": message, "organization": organization, "at": at},
        )
    headers = headers_of(("messages.send",), organization=organization)
    url = f"/api/v1/notifications/messages/{message}/cancel/"
    with ThreadPoolExecutor(3) as pool:
        sending = [pool.submit(deliver_due, committing.database) for _ in range(2)]
        stopping = pool.submit(lambda: committing.client.post(url, headers=headers))
    assert [done.exception() for done in sending] == [None, None]
    stopped = stopping.result().json.get("cancelled", 0)
    with committing.database.transaction(SYSTEM) as session:
        states = dict(session.execute(text("select state, count(*) from deliveries group by 1")).all())  # type: ignore[arg-type]
    assert Counting.sent + stopped == 60
    assert states == {
        state: number for state, number in {"sent": Counting.sent, "cancelled": stopped}.items() if number
    }


def test_readers_are_looked_up_once_more_when_it_leaves(
    *, elsewhere: Any, send: Any, mailbox: Any, run_job: Any, later: datetime, session: Any
) -> None:
    stays, gone, unknown, moved = (elsewhere.student() for _ in range(4))
    send(send_at=later.isoformat(), channels=["email"])
    rows = {row["student_id"]: row for row in elsewhere.recipients}
    rows[str(gone)]["status"] = "withdrawn"
    rows[str(moved)]["email"] = "new@example.org"
    elsewhere.recipients = [row for row in elsewhere.recipients if row["student_id"] != str(unknown)]
    run_job("deliver_due")
    assert len(elsewhere.asked) == 1, "nobody is looked up before the time"
    with time_machine.travel(later + timedelta(seconds=1)):
        run_job("deliver_due")
    to = {mail["To"].addresses[0].addr_spec for mail in mailbox.mails}
    assert to == {f"{stays}@example.org", "new@example.org"}
    why = dict(session.execute(text("select student_id, reason from deliveries where state = 'failed'")).all())
    assert why == {gone: "withdrawn", unknown: "unknown"}


def test_while_programs_cannot_be_asked_it_waits(
    *, elsewhere: Any, send: Any, mailbox: Any, run_job: Any, later: datetime, session: Any
) -> None:
    elsewhere.student()
    send(send_at=later.isoformat(), channels=["email"])
    elsewhere.status = 503
    with time_machine.travel(later + timedelta(seconds=1)):
        run_job("deliver_due")
    assert mailbox.mails == []
    assert session.execute(text("select state, reason from deliveries")).one() == ("queued", "audience_unavailable")
    elsewhere.status = 200
    with time_machine.travel(later + timedelta(hours=1)):
        run_job("deliver_due")
    assert len(mailbox.mails) == 1


def test_of_a_cohort_that_is_gone_nobody_is_written_to(
    *, elsewhere: Any, send: Any, mailbox: Any, run_job: Any, later: datetime, session: Any
) -> None:
    elsewhere.student()
    send(send_at=later.isoformat(), channels=["email"])
    elsewhere.status = 404
    with time_machine.travel(later + timedelta(seconds=1)):
        run_job("deliver_due")
    assert session.execute(text("select state, reason from deliveries")).one() == ("failed", "unknown")
