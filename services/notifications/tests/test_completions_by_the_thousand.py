"""An import completes enrolments by the ten thousand: a batch of them asks the database as often as a few."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
import pytest
import sqlalchemy
import time_machine
from sqlalchemy import text

from chassis import inbox
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.envelope import Envelope, encode, source
from chassis.ids import new_id
from chassis.processor import Processor
from contracts.event import Event
from contracts.events.notifications import MessageFailed
from contracts.events.privacy import ErasureRequested
from contracts.events.programs import EnrollmentCompleted, StudentEnrolled
from notifications.app import SERVICE

MANY = 400
"""Fewer than the processor takes at once."""

AUDIENCE = "http://programs.test/internal/audience"

_OF_THE_TEST = ("SAVEPOINT", "RELEASE", "set constraints", "select set_config")
"""What begins and ends a transaction, which in a test is a savepoint."""

Statements = Callable[[], AbstractContextManager[list[str]]]
Hear = Callable[..., None]


@pytest.fixture
def statements(database: Database) -> Statements:
    """``with statements() as said:`` collects what the database is asked."""

    @contextmanager
    def listening() -> Iterator[list[str]]:
        said: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith(_OF_THE_TEST):
                said.append(statement)

        sqlalchemy.event.listen(database.engine, "before_cursor_execute", note)
        yield said
        sqlalchemy.event.remove(database.engine, "before_cursor_execute", note)

    return listening


@pytest.fixture
def hear(database: Database) -> Hear:
    """Let events come in and be handled as a running service does, in batches."""
    position = count(1)

    def come(*events: Event) -> None:
        with database.transaction(SYSTEM) as session:
            inbox.accept(session, [_envelope(next(position), event) for event in events])
        assert Processor(database, SERVICE.name, SERVICE.consumers).drain() == len(events)

    return come


def _envelope(position: int, event: Event) -> Envelope:
    return Envelope(
        id=new_id(), source=source(event.publisher), specversion="1.0", type=event.type, subject=event.subject,
        time=now(), datacontenttype="application/json", position=str(position), data=msgspec.Raw(encode(event)),
        organization=event.organization_id,
    )  # fmt: skip


def completed(organization: UUID, student: UUID | None = None) -> EnrollmentCompleted:
    ids = {"enrollment_id": new_id(), "cohort_id": new_id(), "student_id": student or new_id()}
    return EnrollmentCompleted(organization_id=organization, completed_at=datetime.now(UTC), **ids)


def became(session: Any) -> dict[tuple[str, str | None], int]:
    """How many deliveries there are of each state and reason."""
    rows = session.execute(text("select state, reason, count(*) from deliveries group by 1, 2"))
    return {(state, reason): number for state, reason, number in rows}


def test_many_completions_ask_as_often_as_a_few(
    organization: UUID, hear: Hear, statements: Statements, session: Any
) -> None:
    with statements() as few:
        hear(*[completed(organization) for _ in range(3)])
    with statements() as many:
        hear(*[completed(organization) for _ in range(MANY)])
    assert len(many) == len(few) < 25
    assert became(session) == {("queued", None): 3 + MANY}


@pytest.mark.parametrize("account", [True, False])
def test_the_accounts_of_many_are_found_as_fast_as_of_a_few(
    *, elsewhere: Any, organization: UUID, hear: Hear, run_job: Any, statements: Statements, session: Any, account: bool
) -> None:
    def complete(number: int) -> list[str]:
        facts = {} if account else {"user_id": None}
        hear(*[completed(organization, elsewhere.student(**facts)) for _ in range(number)])
        with statements() as said:
            run_job("deliver_due")
        return said

    few = complete(3)
    many = complete(MANY)
    assert len(many) == len(few) < 60
    assert became(session) == {("delivered", None) if account else ("failed", "no_account"): 3 + MANY}
    assert [len(asked["student_ids"]) for asked in elsewhere.asked] == [3, MANY], "programs is asked once for all"


def test_readers_who_left_or_want_nothing_are_settled_as_fast_for_many_as_for_a_few(
    *, client: Any, as_: Any, elsewhere: Any, send: Any, run_job: Any, statements: Statements, session: Any
) -> None:
    """Written for later: until it leaves a third have left the cohort, and a third have said that they want nothing."""
    wishes, off = "/api/v1/notifications/preferences/", {"categories": {"messages": {"in_app": False}}}
    later = datetime.now(UTC) + timedelta(minutes=10)

    def write_to(number: int) -> list[str]:
        elsewhere.recipients.clear()
        for _ in range(number):
            elsewhere.student()
        assert send(channels=["in_app"], send_at=later.isoformat()).status_code == 202
        for stays, gone, silent in zip(*[iter(elsewhere.recipients)] * 3, strict=True):
            gone["status"] = "withdrawn"
            assert client.put(wishes, json=off, headers=as_(user=silent["user_id"])).status_code == 200
            assert stays["status"] == "active"
        with time_machine.travel(later + timedelta(seconds=1)), statements() as said:
            run_job("deliver_due")
        return said

    few, many = write_to(6), write_to(120)
    assert len(many) == len(few) < 60
    assert became(session) == {("delivered", None): 42, ("failed", "withdrawn"): 42, ("failed", "opted_out"): 42}


def test_while_programs_is_down_many_notices_wait_and_each_comes_once(
    *, elsewhere: Any, organization: UUID, hear: Hear, run_job: Any, statements: Statements, session: Any
) -> None:
    elsewhere.status = 503
    hear(*[completed(organization, elsewhere.student()) for _ in range(MANY)])
    with statements() as said:
        run_job("deliver_due")
    assert len(said) < 60
    assert became(session) == {("queued", "audience_unavailable"): MANY}
    elsewhere.status = 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        run_job("deliver_due")
    assert became(session) == {("delivered", None): MANY}
    assert session.scalar(text("select count(*) from inbox_items")) == MANY


def test_a_completion_told_twice_in_a_batch_or_again_is_congratulated_once(
    organization: UUID, hear: Hear, session: Any
) -> None:
    first, second = completed(organization), completed(organization)
    hear(first, second, first)
    hear(first)
    assert became(session) == {("queued", None): 2}


def test_of_a_batch_only_who_was_erased_gets_nothing(
    *, elsewhere: Any, organization: UUID, hear: Hear, deliver: Any, session: Any
) -> None:
    erased, other = new_id(), new_id()
    deliver(ErasureRequested(request_id=new_id(), user_id=None, student_id=erased, addresses=()))
    hear(completed(organization, erased), completed(organization, other))
    assert session.scalars(text("select student_id from deliveries")).all() == [other]


def test_who_is_erased_while_programs_is_asked_is_not_named_again(
    *, stub: Any, elsewhere: Any, organization: UUID, hear: Hear, deliver: Any, run_job: Any, session: Any
) -> None:
    student = elsewhere.student(name="Zuhura Kilonzo")
    erasure = ErasureRequested(request_id=new_id(), user_id=None, student_id=student, addresses=())

    def answer(request: Any) -> Any:
        deliver(erasure)
        return elsewhere.audience(request)

    stub.remove("POST", AUDIENCE)
    stub.add_callback("POST", AUDIENCE, answer)
    hear(completed(organization, student))
    run_job("deliver_due")
    row = session.execute(text("select state, reason, name, user_id from deliveries")).one()
    assert tuple(row) == ("failed", "erased", None, None)


def test_a_notice_without_a_reader_is_not_announced_as_a_failed_message(
    *, elsewhere: Any, organization: UUID, hear: Hear, run_job: Any, published: Any, session: Any
) -> None:
    hear(completed(organization, elsewhere.student(user_id=None)))
    run_job("deliver_due")
    assert became(session) == {("failed", "no_account"): 1}
    assert published(MessageFailed) == []


@pytest.mark.parametrize("kind", [StudentEnrolled, EnrollmentCompleted])
def test_webhooks_are_queued_for_many_as_for_a_few(
    *, client: Any, as_: Any, organization: UUID, hear: Hear, statements: Statements, session: Any, kind: Any
) -> None:
    at = "enrolled_at" if kind is StudentEnrolled else "completed_at"

    def told(number: int) -> list[Event]:
        ids = ("enrollment_id", "cohort_id", "student_id")
        facts = {"organization_id": organization, at: datetime.now(UTC)}
        return [kind(**facts, **{name: new_id() for name in ids}) for _ in range(number)]

    wanted = {"url": "https://8.8.8.8/hook", "events": ["enrollment.created", "enrollment.completed"]}
    headers = as_("org.manage", organization=organization)
    assert client.post("/api/v1/notifications/webhooks/", json=wanted, headers=headers).status_code == 201
    with statements() as few:
        hear(*told(3))
    with statements() as many:
        hear(*told(MANY))
    assert len(many) == len(few) < 25
    assert session.scalar(text("select count(*) from webhook_deliveries")) == 3 + MANY
