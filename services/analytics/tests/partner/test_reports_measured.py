"""Operators see reports that nobody makes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

pytestmark = [pytest.mark.env(REPORT_WAIT_SECONDS="0")]


@pytest.fixture
def measured(client):
    def read(after):
        with time_machine.travel(datetime.now(UTC) + after):
            page = client.get("/metrics").text
        told = dict(line.rsplit(" ", 1) for line in page.splitlines() if line.startswith("analytics_reports_"))
        names = ("analytics_reports_waiting", "analytics_reports_oldest_age_seconds")
        return [float(told[f'{name}{{service="analytics"}}']) for name in names]

    return read


def test_nothing_waits(measured):
    assert measured(timedelta()) == [0, 0]


def test_how_many_wait_and_how_long(client, partner, told, deliver, measured):
    deliver(told.organization_created())
    for form in ("pdf", "csv"):
        query = {"report_type": "impact", "format": form}
        answer = client.get("/api/v1/partner/reports/export", query_string=query, headers=partner)
        assert answer.status_code == 202, answer.get_data(as_text=True)
    waiting, age = measured(timedelta(minutes=10))
    assert waiting == 2
    assert 600 <= age < 700
