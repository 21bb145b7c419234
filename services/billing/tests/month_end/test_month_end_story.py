"""A month ends: what was used is on one invoice a cohort and currency, once, however often it is closed."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from contracts.events.billing import InvoiceIssued


def day(number, month=10, hour=9):
    return datetime(2026, month, number, hour, tzinfo=UTC)


def test_sessions_lab_minutes_and_placements_are_invoiced_at_the_prices_of_the_catalog(desk):
    desk.session(day(3))
    desk.session(day(4))
    desk.lab(day(5), 70)
    desk.lab(day(6), 35)
    desk.placement(date(2026, 10, 20), 600_000)
    assert desk.close() == 0
    assert desk.lines() == [
        ("lab_hour", 105, "minute", 350),
        ("mentor_session", 2, "session", 14_000),
        ("revenue_share", 1, "placement", 18_000),
    ]
    [invoice] = desk.invoices()
    assert (invoice["status"], invoice["total"], invoice["month"]) == ("issued", 32_350, "2026-10-01")
    assert (invoice["issued_on"], invoice["due_on"]) == ("2026-11-02", "2026-11-16")
    assert (invoice["payment_reference"], invoice["cohort_id"]) == (None, str(desk.cohort))


def test_closing_a_month_twice_changes_nothing(desk):
    desk.session(day(3))
    desk.close()
    before = (desk.invoices(), desk.shop.rows("select * from statements"), len(desk.shop.said()))
    desk.close()
    assert (desk.invoices(), desk.shop.rows("select * from statements"), len(desk.shop.said())) == before


def test_a_month_that_is_not_over_in_the_sellers_time_zone_is_not_closed(desk, capsys):
    desk.session(day(3))
    assert desk.close(at=day(31, hour=20)) == 2
    assert "not over" in capsys.readouterr().out
    assert desk.close(at=day(31, hour=21)) == 0  # midnight in Nairobi
    assert len(desk.invoices()) == 1


def test_what_happened_after_midnight_of_the_sellers_month_is_the_next_months(desk):
    desk.session(day(31, hour=20))
    desk.session(day(31, hour=21))
    desk.close()
    assert desk.lines() == [("mentor_session", 1, "session", 7_000)]


def test_the_ledger_holds_what_is_owed_and_what_was_earned(desk):
    desk.session(day(3))
    desk.lab(day(5), 60)
    desk.close()
    entries = {item["account"]: item["amount"] for item in desk.shop.get("/ledger/")["items"]}
    assert entries == {"receivable": 7_200, "revenue:mentor_session": -7_000, "revenue:lab_hour": -200}


@pytest.mark.env(LAB_USAGE_PRICE_KES="200", TAX_RATE_PERCENT="16")
def test_labs_are_billed_to_the_minute_and_halves_of_a_cent_go_to_the_even_side_a_line(desk):
    desk.lab(day(5), 1)
    desk.close()
    [invoice] = desk.invoices()
    assert (invoice["net"], invoice["tax"], invoice["total"]) == (3.33, 0.53, 3.86)


def test_a_placement_in_another_currency_is_an_invoice_of_its_own(desk):
    desk.session(day(3))
    desk.placement(date(2026, 10, 9), 20_000, "USD")
    desk.close()
    assert sorted((one["currency"], one["total"]) for one in desk.invoices()) == [("KES", 7_000), ("USD", 600)]


def test_each_cohort_has_its_own_invoice_and_usage_of_no_cohort_one_too(desk):
    other = desk.shop.new_cohort()
    desk.session(day(3))
    desk.session(day(3), cohort_id=other)
    desk.session(day(3), cohort_id=None)
    desk.close()
    assert {one["cohort_id"] for one in desk.invoices()} == {str(desk.cohort), str(other), None}


def test_a_session_of_no_minutes_and_a_placement_without_a_salary_cost_nothing(desk):
    desk.session(day(3), minutes=0)
    desk.placement(date(2026, 10, 9), None, None)
    desk.close()
    assert desk.invoices() == []


def test_numbers_go_on_without_a_gap_among_invoices_of_purchases_and_of_months(desk):
    with time_machine.travel(day(20)):
        desk.shop.buy()
    for cohort in (desk.cohort, desk.shop.new_cohort(), desk.shop.new_cohort()):
        desk.session(day(3), cohort_id=cohort)
    desk.close()
    with time_machine.travel(day(2, month=11)):
        desk.shop.buy()
    numbers = [int(one["number"].rsplit("-")[-1]) for one in desk.invoices()]
    assert sorted(numbers) == list(range(1, 6))


def test_each_invoice_is_announced_with_its_month(desk):
    desk.session(day(3))
    desk.close()
    [event] = desk.shop.said(InvoiceIssued)
    assert (event.total_minor, event.month, event.due_on) == (700_000, date(2026, 10, 1), date(2026, 11, 16))


def test_the_command_says_how_far_it_is_and_what_it_did(desk, capsys):
    desk.session(day(3))
    desk.close()
    said = capsys.readouterr().out
    assert "1 of 1 organizations (100 %)" in said
    assert "2026-10: 1 organizations closed, 1 statements" in said
    assert "1 invoices over KES 7,000.00" in said


def test_a_currency_without_prices_is_named_and_billed_once_it_has_some(desk, capsys):
    desk.shop.change("update organizations set currency = 'TZS'")
    desk.session(day(3))
    desk.close()
    assert "not billed: 1 mentor_session in TZS of 1 organizations" in capsys.readouterr().out
    assert desk.invoices() == []
    desk.shop.change("update organizations set currency = 'KES'")
    desk.close("2026-11", day(2, month=12))
    [invoice] = desk.invoices()
    assert (invoice["total"], invoice["lines"][0]["usage_month"]) == (7_000, "2026-10-01")
