"""Operators see requests whose time is running out before it has run out, and those whose time has."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine


@pytest.mark.parametrize(("days", "near", "overdue"), [(5, 0, 0), (5.5, 1, 0), (8, 1, 1)])
def test_a_request_is_near_its_end_before_it_is_overdue(
    adult: Any, ask: Any, client: Any, days: float, near: int, overdue: int
) -> None:
    assert ask(adult.student_user, "access").status_code == 201
    with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
        page = client.get("/metrics").text
    for name, number in {"open": 1, "near": near, "overdue": overdue}.items():
        assert f'privacy_data_requests_{name}{{right="access",service="privacy"}} {number}.0' in page
