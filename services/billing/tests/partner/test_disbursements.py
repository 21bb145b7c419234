"""What is held is released part by part, when it is due and the money is there, or earlier; never more, never twice."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules import due_days
from chassis.ids import new_id
from contracts.events.billing import DisbursementCancelled, DisbursementMade, DisbursementScheduled, FundsReversed


@pytest.fixture
def sponsorship(partner):
    """Of 25,000 for the ten months from March, active since 15 February, all of it paid."""
    one = partner.sponsorship(25_000)
    partner.fund(25_000, sponsorship_ids=[one])
    partner.activated(one)
    return one


def test_parts_are_scheduled_a_month_apart_and_add_up_to_all_of_it(partner, sponsorship):
    parts = partner.disbursements()
    assert [part["due_date"] for part in parts] == [f"2026-{month:02}-01" for month in range(3, 13)]
    assert {part["amount"] for part in parts} == {2_500}
    assert parts[0] == {
        "id": parts[0]["id"],
        "amount": 2_500,
        "currency": "KES",
        "status": "scheduled",
        "description": "Monthly scholarship disbursement - March 2026",
        "sponsorship_id": sponsorship,
        "program_id": None,
        "due_date": "2026-03-01",
        "disbursed_date": None,
        "disbursed_at": None,
        "cancelled_at": None,
    }
    assert len(partner.shop.said(DisbursementScheduled)) == 10
    partner.activated(sponsorship)
    assert len(partner.disbursements()) == 10, "told again, it is scheduled once"


def test_what_begins_late_is_released_in_fewer_parts(partner, travel):
    one = partner.sponsorship(10_000)
    travel.move_to(datetime(2026, 10, 20, tzinfo=UTC))
    partner.activated(one)
    assert [(part["due_date"], part["amount"]) for part in partner.disbursements()] == [
        ("2026-10-20", 3_333.34),
        ("2026-11-20", 3_333.33),
        ("2026-12-20", 3_333.33),
    ]


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        (date(2026, 1, 31), date(2026, 3, 31), [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]),
        (date(2026, 1, 31), date(2026, 3, 30), [date(2026, 1, 31), date(2026, 2, 28)]),
        (date(2026, 1, 31), date(2026, 1, 31), [date(2026, 1, 31)]),
        (date(2026, 5, 2), date(2026, 1, 31), [date(2026, 5, 2)]),
        (date(2025, 12, 15), date(2026, 1, 15), [date(2025, 12, 15), date(2026, 1, 15)]),
    ],
)
def test_a_day_a_month_until_it_ends(begin, end, days):
    assert due_days(begin, end) == days


@given(begin=st.dates(), end=st.dates())
def test_days_are_a_month_apart_and_within(begin, end):
    days = due_days(begin, end)
    assert days[0] == begin
    assert len(days) <= 120
    assert all(27 < (later - earlier).days < 35 for earlier, later in pairwise(days))
    assert all(begin < day <= end for day in days[1:])
    assert begin > end or len(days) == 120 or (end - days[-1]).days <= 31


def test_the_job_releases_what_is_due_by_the_organizations_day_and_once(partner, sponsorship, travel):
    travel.move_to(datetime(2026, 2, 28, 20, 59, tzinfo=UTC))
    partner.shop.run("make_disbursements")
    assert partner.shop.said(DisbursementMade) == []
    travel.move_to(datetime(2026, 2, 28, 21, 0, tzinfo=UTC))  # midnight in Nairobi
    for _ in range(2):
        partner.shop.run("make_disbursements")
    [made] = partner.shop.said(DisbursementMade)
    assert (made.made_on, made.amount_minor, str(made.sponsorship_id)) == (date(2026, 3, 1), 250_000, sponsorship)
    assert partner.shop.balances() == {
        "cash_clearing:sandbox": 2_500_000,
        "disbursed:sponsorship": -250_000,
        "funds_held:sponsorship": -2_250_000,
    }
    travel.move_to(datetime(2026, 5, 20, tzinfo=UTC))
    partner.shop.run("make_disbursements")
    assert [part["disbursed_date"] for part in partner.disbursements(status="made")] == [
        "2026-03-01",
        "2026-05-20",
        "2026-05-20",
    ]


def test_what_is_due_waits_for_money_and_is_counted(partner, travel):
    one = partner.sponsorship(10_000)
    partner.fund(1_500, sponsorship_ids=[one])
    partner.activated(one)
    travel.move_to(datetime(2026, 4, 2, tzinfo=UTC))
    partner.shop.run("make_disbursements")
    assert len(partner.disbursements(status="made")) == 1
    assert 'billing_disbursements_waiting{service="billing"} 1.0' in partner.shop.client.get("/metrics").text
    partner.fund(500, sponsorship_ids=[one])
    partner.shop.run("make_disbursements")
    assert len(partner.disbursements(status="made")) == 2
    partner.shop.app.extensions["readings"].forget()
    assert 'billing_disbursements_waiting{service="billing"} 0.0' in partner.shop.client.get("/metrics").text


def test_one_is_released_early_once_and_the_key_is_answered_alike(partner, sponsorship):
    last = partner.disbursements()[-1]["id"]
    first = partner.disburse(last, key="k")
    assert first.status_code == 200, first.text
    assert (first.json["status"], first.json["disbursed_date"]) == ("made", "2026-02-15")
    again = partner.disburse(last, key="k")
    assert (again.data, again.headers["Idempotent-Replayed"]) == (first.data, "true")
    assert partner.disburse(last).status_code == 409
    assert len(partner.shop.said(DisbursementMade)) == 1


def test_nothing_is_released_without_money_for_it_or_a_key(partner):
    one = partner.sponsorship(10_000)
    partner.activated(one)
    part = partner.disbursements()[0]["id"]
    refused = partner.disburse(part)
    assert (refused.status_code, refused.json["detail"]) == (409, "Not as much money is held for this yet.")
    path = f"/api/v1/partner/disbursements/{part}/disburse"
    assert partner.shop.client.post(path, headers=partner.headers).status_code == 400


def test_the_end_cancels_what_is_scheduled_and_what_is_held_is_credit(partner, sponsorship, travel):
    travel.move_to(datetime(2026, 3, 2, tzinfo=UTC))
    partner.shop.run("make_disbursements")
    for _ in range(2):
        partner.ended(sponsorship)
    assert {part["status"] for part in partner.disbursements()} == {"made", "cancelled"}
    assert len(partner.shop.said(DisbursementCancelled)) == 9
    [back] = partner.shop.said(FundsReversed)
    assert (back.amount_minor, back.funded_minor, back.payment_id) == (2_250_000, 250_000, None)
    assert partner.shop.balances() == {
        "cash_clearing:sandbox": 2_500_000,
        "customer_credit": -2_250_000,
        "disbursed:sponsorship": -250_000,
    }
    partner.shop.run("make_disbursements")
    assert partner.disburse(partner.disbursements(status="cancelled")[0]["id"]).status_code == 409
    assert len(partner.shop.said(DisbursementMade)) == 1
    payment = partner.get("/payments")["payments"][0]["id"]
    assert partner.shop.get(f"/payments/{payment}/")["credit"] == 22_500


def test_what_was_due_when_it_was_completed_is_released_first(partner, sponsorship, travel):
    travel.move_to(datetime(2027, 1, 1, tzinfo=UTC))
    partner.ended(sponsorship, "completed")
    assert {part["status"] for part in partner.disbursements()} == {"made"}
    assert partner.shop.said(FundsReversed) == []


def test_a_program_releases_while_it_is_active_and_not_in_a_pause(partner, travel):
    program = partner.program(1_000_000)
    partner.fund(1_000_000, program_id=program)
    assert partner.disbursements() == []
    partner.program_is(program, "active", 1_000_000)
    assert {part["amount"] for part in partner.disbursements(program_id=program)} == {100_000}
    travel.move_to(datetime(2026, 3, 15, tzinfo=UTC))
    partner.program_is(program, "paused", 1_000_000)
    partner.shop.run("make_disbursements")
    assert partner.shop.said(DisbursementMade) == []
    assert partner.disburse(partner.disbursements()[0]["id"]).status_code == 409
    travel.shift(1)
    partner.program_is(program, "active", 1_000_000)
    partner.shop.run("make_disbursements")
    assert len(partner.shop.said(DisbursementMade)) == 1
    assert len(partner.shop.said(DisbursementScheduled)) == 10
    travel.shift(1)
    partner.program_is(program, "completed", 1_000_000)
    assert partner.shop.balances() == {
        "cash_clearing:sandbox": 100_000_000,
        "customer_credit": -90_000_000,
        "disbursed:program": -10_000_000,
    }


def test_the_list_is_filtered_paged_and_private(partner, stranger, sponsorship):
    assert len(partner.disbursements(start_date="2026-04-01", end_date="2026-05-31")) == 2
    assert partner.disbursements(program_id=sponsorship) == []
    assert len(partner.disbursements(sponsorship_id=sponsorship)) == 10
    page = partner.get("/disbursements", limit=4, page=3)
    assert (page["total"], page["pages"], len(page["disbursements"])) == (10, 3, 2)
    assert partner.ask("/disbursements", status="paid").status_code == 400
    assert partner.ask("/disbursements", start_date="2026-05-01", end_date="2026-04-01").status_code == 400
    assert stranger.disbursements() == []
    part = partner.disbursements()[0]["id"]
    for asked in (part, str(new_id())):
        refused = stranger.disburse(asked)
        assert (refused.status_code, refused.json["detail"]) == (404, "Disbursement not found")
