"""Money that goes back lowers what was paid, and seats that go back what was bought, from that day on."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from chassis.ids import new_id
from contracts.events import billing

METRICS = "/api/v1/analytics/metrics"


def refunded(paid, minor, at, *, credited=False):
    return billing.PaymentRefunded(
        organization_id=paid.organization_id, payment_id=paid.payment_id, refund_id=new_id(), amount_minor=minor,
        currency=paid.currency, method=paid.method, refunded_at=at, cohort_id=paid.cohort_id, credited=credited,
    )  # fmt: skip


def seats_refunded(grant, quantity, at):
    return billing.SeatsRefunded(
        organization_id=grant.organization_id, grant_id=grant.grant_id, refund_id=new_id(), quantity=quantity,
        refunded_at=at, valid_until=grant.valid_until, cohort_id=grant.cohort_id,
    )  # fmt: skip


@pytest.fixture
def figures(client, as_, told):
    def read(key, **query):
        headers = as_("dashboard.view", organization=told.organization)
        answer = client.get(f"{METRICS}/{key}/", query_string=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    return read


@pytest.fixture
def year():
    with time_machine.travel("2026-12-20T12:00:00Z"):
        yield {"from": "2026-01-01", "to": "2026-12-20"}


def paid_in(figures, year):
    return figures("roi_analysis", **year)["numbers"]["paid"]


def test_a_refund_lowers_what_was_paid(told, deliver, figures, year):
    paid = told.paid(30_000_000, "2026-02-03")
    deliver(told.organization_created(), paid)
    assert paid_in(figures, year) == 300000
    back = refunded(paid, 12_000_000, paid.completed_at + timedelta(days=40))
    deliver(back, back)
    assert paid_in(figures, year) == 180000


def test_money_that_has_paid_for_nothing_is_never_counted(told, deliver, figures, year):
    credit = replace(told.paid(5_000_000, "2026-02-03"), credited=True)
    deliver(told.organization_created(), told.paid(30_000_000, "2026-02-03"), credit)
    assert paid_in(figures, year) == 300000
    deliver(refunded(credit, 5_000_000, credit.completed_at, credited=True))
    assert paid_in(figures, year) == 300000


def test_another_currency_is_never_added(told, deliver, figures, year):
    foreign = told.paid(1_000, "2026-02-03", currency="USD")
    deliver(told.organization_created(), told.paid(30_000_000, "2026-02-03"), foreign)
    deliver(refunded(foreign, 1_000, foreign.completed_at))
    assert paid_in(figures, year) == 300000


def test_seats_that_went_back_are_bought_no_more_and_were_until_then(told, deliver, figures, year):
    grant = told.seats_bought(10, "2026-01-05")
    deliver(told.organization_created(), grant)
    back = seats_refunded(grant, 4, grant.valid_from + timedelta(days=100))
    deliver(back, back)
    assert figures("seat_utilization", **year)["numbers"]["purchased"] == 6
    assert figures("seat_utilization", **{**year, "to": "2026-03-31"})["numbers"]["purchased"] == 10
