"""Several changes of one consent at once, on a database that really commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.database import SYSTEM
from chassis.ids import new_id
from contracts.events.identity import EmailVerified, OrganizationCreated
from contracts.events.programs import StudentRegistered
from privacy.usecases.expire_grants import expire_grants

THREADS = 8


@pytest.fixture
def scene(committing: Any, service: Any) -> tuple[UUID, UUID, UUID]:
    """An organization, an adult student it knows, and the student's account."""
    organization, student, user = new_id(), new_id(), new_id()
    names = {"name": "T", "kind": "sponsor", "slug": "t", "currency": "KES", "time_zone": "Africa/Nairobi"}
    events = [
        OrganizationCreated(organization_id=organization, **names),
        EmailVerified(user_id=user, email="a@example.org"),
    ]
    with committing.database.transaction(SYSTEM) as session:
        for event in events:
            service.consumers[type(event)](session, event)
        told = StudentRegistered(
            student_id=student,
            organization_id=organization,
            organization_name="T",
            taught=False,
            name="A",
            email="a@example.org",
            birth_date=date(2000, 1, 1),
        )
        service.consumers[StudentRegistered](session, [told])
    return organization, student, user


@pytest.fixture
def change(committing: Any, scene: tuple[UUID, UUID, UUID], as_: Any) -> Callable[[bool], Any]:
    """``change(granted)`` posts and returns the answer."""

    def post(granted: bool) -> Any:
        body = {"organization_id": str(scene[0]), "scope": "sponsor_view", "granted": granted}
        return committing.client.post("/api/v1/auth/consents/", json=body, headers=as_(user=scene[2]))

    return post


def history(committing: Any) -> list[str]:
    with committing.database.transaction(SYSTEM) as session:
        return list(session.scalars(text("select action from grant_history order by at, id")))


def test_the_first_grant_given_many_times_at_once_is_one_grant(committing: Any, change: Callable[[bool], Any]) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(change, [True] * THREADS))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert history(committing) == ["granted"]


def test_granting_and_withdrawing_at_once_leaves_a_history_that_adds_up(
    committing: Any, change: Callable[[bool], Any]
) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(change, [True, False] * 20))
    assert {answer.status_code for answer in answers} == {200}
    actions = history(committing)
    assert actions == (["granted", "withdrawn"] * 20)[: len(actions)], "each change follows its opposite"
    with committing.database.transaction(SYSTEM) as session:
        assert session.scalar(text("select state from grants")) == actions[-1]
        outbox = session.scalars(text("select type from outbox order by position")).all()
    assert [kind.split(".")[2].removeprefix("consent_") for kind in outbox] == actions


def test_no_read_is_allowed_after_a_withdrawal_was_answered(
    committing: Any,
    scene: tuple[UUID, UUID, UUID],
    change: Callable[[bool], Any],
    as_service: Any,
    record_property: Callable[[str, object], None],
) -> None:
    body = {"organization_id": str(scene[0]), "student_id": str(scene[1]), "scope": "sponsor_view"}
    headers = as_service("gateway")

    def may() -> bool:
        return bool(committing.client.post("/internal/decisions", json=body, headers=headers).json["allowed"])

    told: list[bool] = []
    withdrawals = 20
    for _ in range(withdrawals):
        change(True)
        with ThreadPoolExecutor(THREADS) as pool:
            before = [pool.submit(may) for _ in range(3)]
            assert change(False).status_code == 200
            after = [pool.submit(may) for _ in range(3)]
        told += [answer.result() for answer in after]
        assert all(isinstance(answer.result(), bool) for answer in before)
    record_property("withdrawals", withdrawals)
    record_property("asked_after", len(told))
    record_property("allowed_after", sum(told))
    assert not any(told)


def test_a_grant_given_anew_while_the_job_ends_it_is_never_half_both(
    committing: Any, change: Callable[[bool], Any]
) -> None:
    change(True)

    def overdue() -> None:
        with committing.database.transaction(SYSTEM) as session:
            session.execute(text("update grants set expires_at = granted_at where state = 'granted'"))
        with committing.database.transaction(SYSTEM) as session:
            expire_grants(session)

    with ThreadPoolExecutor(THREADS) as pool:
        work = [pool.submit(overdue) if turn % 2 else pool.submit(change, True) for turn in range(30)]
    assert all(done.exception() is None for done in work)
    with committing.database.transaction(SYSTEM) as session:
        state = session.scalar(text("select state from grants"))
    assert state == history(committing)[-1]
