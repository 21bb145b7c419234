"""Operators see webhooks that wait for their first try, and those that were given up."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from chassis.ids import new_id
from contracts.events.programs import SeatAssigned

pytestmark = [pytest.mark.env(WEBHOOK_ALLOWED_NETWORKS="127.0.0.1/32"), pytest.mark.usefixtures("at_once")]


def assigned(organization: UUID) -> SeatAssigned:
    ids = {"seat_id": new_id(), "cohort_id": new_id(), "student_id": new_id()}
    return SeatAssigned(organization_id=organization, assigned_at=datetime.now(UTC), **ids)


@pytest.fixture
def measured(client: Any) -> Any:
    def read(name: str, after: timedelta) -> float:
        with time_machine.travel(datetime.now(UTC) + after):
            page = client.get("/metrics").text
        [value] = [line.rpartition(" ")[2] for line in page.splitlines() if line.startswith(f"{name}{{")]
        return float(value)

    return read


def test_how_long_the_oldest_waits_for_its_first_try(
    manager: Any, organization: UUID, receiver: Any, deliver: Any, measured: Any
) -> None:
    manager.subscribe(receiver.url)
    deliver(assigned(organization))
    waits = measured("notifications_webhooks_first_try_age_seconds", timedelta(minutes=20))
    assert 1200 <= waits < 1300


@pytest.mark.parametrize(("after", "number"), [(timedelta(), 1), (timedelta(days=1), 0)])
def test_what_was_given_up_within_a_day(
    *,
    manager: Any,
    organization: UUID,
    receiver: Any,
    deliver: Any,
    run_job: Any,
    measured: Any,
    after: timedelta,
    number: int,
) -> None:
    manager.subscribe(receiver.url)
    receiver.refuse(410)
    deliver(assigned(organization))
    run_job("deliver_webhooks")
    assert measured("notifications_webhooks_failed_last_day", after) == number
