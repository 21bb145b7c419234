"""An organization sets how long it keeps students who have left; whom it alone knows is erased then, by itself."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from contracts.events.privacy import DataRequestAnswered, ErasureRequested
from privacy.rules.clocks import months_before

URL = "/api/v1/privacy/retention/"


@pytest.fixture
def rule(client: Any, as_: Any, adult: Any, strangers: Any) -> Any:
    """Amina's organization keeps nobody longer than a year; programs says that she left before."""
    answer = client.put(URL, json={"inactive_months": 12}, headers=as_("org.manage", organization=adult.organization))
    assert answer.status_code == 200
    strangers.left = [adult.student]
    return strangers


def test_whom_nobody_else_knows_is_erased(
    adult: Any, rule: Any, run_job: Any, published: Any, session: Any, everybody_erases: Any
) -> None:
    with time_machine.travel("2028-03-31T02:41:00Z"):
        run_job("keep_retention")
        run_job("keep_retention")
    assert rule.asked_before == [datetime(2027, 3, 31, 2, 41, tzinfo=UTC)] * 2
    (told,) = published(ErasureRequested)
    assert (told.student_id, told.user_id) == (adult.student, None)
    request = session.execute(text("select id, acts_as, law from data_requests")).one()
    assert (request.acts_as, "12 months" in request.law) == ("organization", True)
    everybody_erases(str(request.id))
    assert session.scalar(text("select state from data_requests")) == "done"
    assert published(DataRequestAnswered) == [], "nobody asked"


def test_whom_another_organization_knows_stays(adult: Any, rule: Any, world: Any, run_job: Any, published: Any) -> None:
    world.student(world.organization(), adult.student)
    run_job("keep_retention")
    assert published(ErasureRequested) == []


def test_a_month_ago_is_the_last_day_of_a_shorter_month() -> None:
    moment = datetime(2027, 3, 31, tzinfo=UTC)
    assert [months_before(moment, months).date().isoformat() for months in (1, 3, 13)] == [
        "2027-02-28", "2026-12-31", "2026-02-28",
    ]  # fmt: skip
