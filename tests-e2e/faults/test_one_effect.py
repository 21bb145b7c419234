"""One key, one effect, one answer: fifty at once, and a process killed before any of its steps."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import event, text

from chassis.clock import now
from chassis.database import SYSTEM
from chassis.ids import new_id
from chassis.service import Service
from chassis.testing import headers_of
from contracts.events.billing import SeatsGranted
from programs.app import SERVICE
from programs.clients.privacy import Privacy

AT_ONCE, ROUNDS = 50, 4
EFFECTS = text("""
select (select count(*) from enrollments), (select count(*) from seats where released_at is null),
    (select count(*) from outbox where type like '%.student_enrolled.%'),
    (select count(*) from outbox where type like '%.seat_assigned.%'), (select count(*) from idempotency_keys)
""")


class Desk:
    """A sponsor with seats and a cohort, on a database in which every transaction commits."""

    def __init__(self, committing: Any) -> None:
        self.app, self.database = committing.app, committing.database
        organization = new_id()
        self.headers = headers_of(("cohorts.manage",), organization=organization)
        window = {"valid_from": now() - timedelta(days=1), "valid_until": now() + timedelta(days=30)}
        seats = SeatsGranted(
            organization_id=organization, grant_id=new_id(), payment_id=new_id(), quantity=1000, **window
        )
        with self.database.transaction(SYSTEM) as session:
            SERVICE.consumers[SeatsGranted](session, seats)
        body = {"name": "January", "start_date": "2027-01-11", "end_date": "2027-06-30", "seats": 1000}
        self.cohort = self.post("cohorts/", body, key=str(new_id())).json["id"]

    def post(self, path: str, body: Any, *, key: str) -> Any:
        headers = {**self.headers, "Idempotency-Key": key}
        return self.app.test_client().post(f"/api/v1/programs/{path}", json=body, headers=headers)

    def enrol(self, key: str) -> Any:
        """Enrol the student of this name, with a key of the same name."""
        students = [{"name": key, "email": f"{key}@x.example"}]
        return self.post(f"cohorts/{self.cohort}/enrollments/", {"students": students}, key=key)

    def answered(self, key: str) -> Any:
        """Ask until it is answered, as a client does who is told that the key is in flight or the service busy."""
        patience = monotonic() + 20
        while (answer := self.enrol(key)).status_code in {409, 503}:
            assert monotonic() < patience, answer.text
        assert answer.status_code == 201, answer.text
        return answer.data

    def effects(self) -> list[int]:
        with self.database.transaction(SYSTEM) as session:
            return list(session.execute(EFFECTS).one())


@pytest.fixture
def service() -> Service:
    return SERVICE


@pytest.fixture
def desk(committing: Any) -> Desk:
    class Nobody:
        def visible(self, *_: Any, **__: Any) -> set[Any]:
            return set()

    committing.database.provided[Privacy] = Nobody()
    return Desk(committing)


class Count:
    """What came of several keys, each of which should have had one effect and one answer."""

    def __init__(self) -> None:
        self.effects_lost = self.effects_twice = self.answers_differing = 0

    def key(self, before: list[int], after: list[int], answers: set[bytes]) -> None:
        grown = [late - early for early, late in zip(before, after, strict=True)]
        self.effects_lost += sum(number < 1 for number in grown)
        self.effects_twice += sum(number > 1 for number in grown)
        self.answers_differing += len(answers) - 1

    def tell(self, record_property: Callable[[str, object], None]) -> None:
        for name, value in vars(self).items():
            record_property(name, value)
        assert not any(vars(self).values()), vars(self)


def test_fifty_at_once_have_one_effect_and_one_answer(desk, record_property):
    count, posts = Count(), 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(ROUNDS):
            before = desk.effects()
            first = list(pool.map(desk.enrol, [f"fifty-{number}"] * AT_ONCE))
            # A key in flight is refused at once, and a connection is not waited for for ever: the client asks again.
            assert {answer.status_code for answer in first} <= {201, 409, 503}
            again = [answer for answer in first if answer.status_code != 201]
            answers = [answer.data for answer in first if answer.status_code == 201]
            answers += [desk.answered(f"fifty-{number}") for _ in again]
            count.key(before, desk.effects(), set(answers))
            posts += len(answers)
    record_property("posts", posts)
    record_property("at_once", AT_ONCE)
    count.tell(record_property)


def killed(desk: Desk, step: int, work: Callable[[], None]) -> bool:
    """Whether a process that does the work came to its step-th statement or commit, or to its end: there kill -9."""
    child = os.fork()
    if child == 0:
        _work_until(desk, step, work)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in {0, -signal.SIGKILL}
    return ended != 0


def _work_until(desk: Desk, step: int, work: Callable[[], None]) -> None:
    left, status = [step], 1

    def tick(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        signal.alarm(30)
        desk.database.engine.dispose(close=False)  # the parent goes on with the connections that are open
        event.listen(desk.database.engine, "before_cursor_execute", tick)
        event.listen(desk.database.engine, "commit", tick)
        work()
        tick()
        status = 0
    finally:
        os._exit(status)


def test_killed_before_any_step_it_is_done_once_by_the_retry(desk, record_property, tmp_path):
    count, step, told = Count(), 1, tmp_path / "answer"
    while True:
        key, before = f"killed-{step}", desk.effects()
        came = killed(desk, step, lambda key=key: told.write_bytes(desk.enrol(key).data))
        if not came:
            break
        seen = {told.read_bytes()} if told.exists() else set()
        answers = {desk.answered(key), desk.answered(key), *seen}
        count.key(before, desk.effects(), answers)
        step += 1
    assert step > 10, "no enrolment has so few steps"
    assert seen, "the last kill came after the commit, before anybody had the answer"
    record_property("kills", step - 1)
    count.tell(record_property)
