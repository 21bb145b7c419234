"""Every day the provider's word is compared with the ledger's, and what does not clear has a name."""

import argparse
from datetime import UTC, datetime

import pytest
import time_machine

from billing.app import SERVICE
from chassis.clock import now
from contracts.events.billing import PaymentCompleted

API = "/api/v1/billing/reconciliations/"


@pytest.fixture
def reconcile(shop):
    """Compare today, as an operator does; what it prints and returns."""

    def run(capsys):
        _, add_arguments, command = SERVICE.commands["reconcile"]
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        day = now().astimezone(shop.settings.time_zone).date()
        status = command(shop.database, parser.parse_args(["--day", day.isoformat()]))
        return status, capsys.readouterr().out

    return run


@pytest.fixture
def named(shop):
    """What does not clear, as the platform reads it."""

    def read(**query):
        answer = shop.client.get(API + "differences/", query_string=query, headers=shop.platform)
        assert answer.status_code == 200, answer.text
        return [(item["kind"], item["at_provider"], item["in_ledger"]) for item in answer.json["items"]]

    return read


def test_what_both_sides_have_clears(shop, reconcile, named, capsys):
    shop.buy()
    shop.refund(seats=1)
    status, out = reconcile(capsys)
    assert (status, "2 clear, 0 do not" in out) == (0, True), out
    assert named() == []
    days = shop.client.get(API, headers=shop.platform).json["items"]
    assert [(day["provider"], day["cleared"]) for day in days] == [("sandbox", 2)]


def test_money_we_were_not_told_of_is_named_until_it_is_booked(shop, reconcile, named, capsys):
    checkout_id = shop.checkout()
    shop.at_provider(shop.press_pay(checkout_id), "pay")
    status, out = reconcile(capsys)
    assert status == 1
    assert "not_in_ledger, provider KES 300,000.00, ledger nothing" in out
    assert named() == [("not_in_ledger", 300000, None)]
    assert "billing_reconciliation_differences{" in shop.client.get("/metrics").text
    shop.deliver()
    assert len(shop.said(PaymentCompleted)) == 1
    assert reconcile(capsys)[0] == 0
    assert (named(), named(status="cleared")) == ([], [("not_in_ledger", 300000, None)])


def test_money_the_provider_denies_and_money_of_another_amount_are_named(shop, reconcile, named, capsys):
    shop.buy()
    shop.refund(seats=2)
    shop.change("delete from sandbox_refunds")
    shop.change("update sandbox_sessions set amount_minor = amount_minor - 1")
    assert reconcile(capsys)[0] == 1
    assert sorted(named()) == [("not_at_provider", None, -120000), ("other_amount", 299999.99, 300000)]


def test_the_job_looks_at_the_days_that_are_over_and_again_at_what_did_not_clear(shop, named):
    with time_machine.travel(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        checkout_id = shop.checkout()
        shop.at_provider(shop.press_pay(checkout_id), "pay")
    with time_machine.travel(datetime(2026, 3, 2, 2, 30, tzinfo=UTC)):
        shop.run("reconcile")
    assert named(day="2026-03-01") == [("not_in_ledger", 300000, None)]
    with time_machine.travel(datetime(2026, 3, 12, 2, 30, tzinfo=UTC)):
        shop.client.get(f"/pay/{checkout_id}/return")
        shop.run("reconcile")
    assert (named(), len(named(status="all"))) == ([], 1)


def test_a_long_day_is_asked_for_page_by_page(shop, monkeypatch, reconcile, capsys):
    monkeypatch.setattr("billing.clients.payment_gateway.gateway._PAGE", 2)
    for _ in range(5):
        shop.buy({"product": "seat", "quantity": 1})
    status, out = reconcile(capsys)
    assert (status, "5 clear" in out) == (0, True), out


def test_a_provider_that_does_not_answer_is_no_clean_day(shop, reconcile, capsys):
    shop.use_provider("http://127.0.0.1:9", timeout=(0.2, 0.2))
    assert reconcile(capsys)[0] == 2
    assert shop.client.get(API, headers=shop.platform).json["total"] == 0


def test_only_the_platform_reads_it(shop):
    for path in (API, API + "differences/"):
        assert shop.client.get(path, headers=shop.headers).status_code == 403
    assert shop.client.get(f"{API}differences/?status=some", headers=shop.platform).status_code == 400
