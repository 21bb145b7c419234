"""Invoice numbers: one after the other, none missing, whatever fails on the way."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine

from billing.usecases import complete_purchase, invoice_checkout
from chassis.clock import now
from contracts.events.billing import InvoiceIssued

PAYERS = 16


def numbers(shop):
    return [row.number for row in shop.rows("select number from invoices order by year, sequence")]


def test_they_have_no_gap_though_payments_come_at_once_and_some_fail(shop, monkeypatch):
    """Every third payment breaks after its number was given; its transaction takes the number back."""
    whole = invoice_checkout.invoice_checkout
    broken = threading.Lock()
    left = set(range(0, PAYERS, 3))

    def breaking(session, checkout, *rest):
        invoice = whole(session, checkout, *rest)
        with broken:
            breaks = invoice.sequence - 1 in left
            left.discard(invoice.sequence - 1)
        if breaks:
            raise RuntimeError("the machine went down")
        return invoice

    monkeypatch.setattr(complete_purchase, "invoice_checkout", breaking)
    waiting = [shop.checkout() for _ in range(PAYERS)]
    for checkout_id in waiting:
        shop.at_provider(shop.press_pay(checkout_id), "pay")

    def come_back(checkout_id):
        return shop.client.get(f"/pay/{checkout_id}/return").status_code

    failures = 0
    while waiting:
        with ThreadPoolExecutor(PAYERS) as pool:
            answers = list(pool.map(come_back, waiting))
        failures += answers.count(500)
        waiting = [checkout_id for checkout_id in waiting if shop.state(checkout_id) == "open"]

    assert failures == len(range(0, PAYERS, 3))
    year = now().astimezone(shop.settings.time_zone).year
    assert numbers(shop) == [f"INV-{year}-{number:03d}" for number in range(1, PAYERS + 1)]
    assert len(shop.said(InvoiceIssued)) == PAYERS
    assert [tuple(row) for row in shop.rows("select year, last from invoice_counters")] == [(year, PAYERS)]


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        (datetime(2026, 12, 31, 20, 59, 59, tzinfo=UTC), "INV-2026-001"),
        (datetime(2026, 12, 31, 21, 0, tzinfo=UTC), "INV-2027-001"),
    ],
)
def test_the_year_turns_at_midnight_of_the_seller(quick, moment, first):
    with time_machine.travel(moment):
        quick.buy()
        assert numbers(quick) == [first]
        [invoice] = quick.get("/invoices/")["items"]
        assert invoice["issued_on"][:4] == first[4:8]


def test_each_year_begins_with_one_and_grows_past_three_digits(quick):
    with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC)):
        quick.change("insert into invoice_counters values (2026, 998)")
        quick.buy()
        quick.buy()
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC)):
        quick.buy()
    assert numbers(quick) == ["INV-2026-999", "INV-2026-1000", "INV-2027-001"]
