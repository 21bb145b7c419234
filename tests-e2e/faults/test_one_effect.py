"""One key, one effect, one answer: fifty at once, and a process killed before any of its steps."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from chassis.service import Service
from faults.desks import DESKS, Desk, Refunds
from faults.kills import killed

AT_ONCE, ROUNDS = 50, 4


# A refund has many steps to be killed before.
@pytest.fixture(
    params=[pytest.param(kind, id=kind.__name__, marks=[pytest.mark.long] * (kind is Refunds)) for kind in DESKS]
)
def kind(request: pytest.FixtureRequest) -> type[Desk]:
    found: type[Desk] = request.param
    return found


@pytest.fixture
def service(kind: type[Desk]) -> Service:
    return kind.service


@pytest.fixture
def desk(kind: type[Desk], committing: Any) -> Desk:
    return kind(committing)


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
    count, posts, gate = Count(), 0, Barrier(AT_ONCE)

    def ask(key):
        gate.wait()
        return desk.ask(key)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for key in [f"fifty-{number}" for number in range(ROUNDS)]:
            desk.prepare(key)
            before = desk.effects()
            first = list(pool.map(ask, [key] * AT_ONCE))
            # A key in flight is refused at once, and a connection is not waited for for ever: the client asks again.
            assert {answer.status_code for answer in first} <= {200, 201, 409, 503}, [one.text for one in first]
            answers = [answer.data for answer in first if answer.status_code < 300]
            answers += [desk.answered(key) for _ in range(AT_ONCE - len(answers))]
            count.key(before, desk.effects(), set(answers))
            posts += len(answers)
    record_property("kinds_of_post", 1)
    record_property("posts", posts)
    record_property("at_once", gate.parties)
    count.tell(record_property)


def test_killed_before_any_step_it_is_done_once_by_the_retry(desk, record_property, tmp_path):
    count, step, told = Count(), 1, tmp_path / "answer"

    def work(key):
        def run(_):
            desk.begin_anew()
            told.write_bytes(desk.ask(key).data)

        return run

    while True:
        key = f"killed-{step}"
        desk.prepare(key)
        before = desk.effects()
        if not killed(desk.database, step, work(key)):
            break
        seen = {told.read_bytes()} if told.exists() else set()
        answers = {desk.answered(key), desk.answered(key), *seen}
        count.key(before, desk.effects(), answers)
        step += 1
    assert step > 5, "no such POST has so few steps"
    assert seen, "the last kill came after the commit, before anybody had the answer"
    record_property("kills", step - 1)
    count.tell(record_property)
