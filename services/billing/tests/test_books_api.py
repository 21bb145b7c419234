"""The ledger and the statements of an organization, and the figures of a metrics scrape."""

import re
from datetime import UTC, datetime

import pytest
import time_machine

from chassis.ids import new_id
from chassis.testing import headers_of

TWO_CURRENCIES = {
    "BILLING_CURRENCIES": "KES,USD",
    "SPONSOR_SEAT_PRICE_USD": "155",
    "MENTOR_SESSION_PRICE_USD": "54.25",
    "LAB_USAGE_PRICE_USD": "1.55",
}


def test_a_purchase_is_two_balanced_sets_of_entries(quick):
    quick.buy({"product": "seat", "quantity": 1})
    page = quick.get("/ledger/")
    assert page["total"] == 4
    amounts = {(entry["kind"], entry["account"]): entry["amount"] for entry in page["items"]}
    assert amounts == {
        ("invoice", "receivable"): 20000,
        ("invoice", "deferred_revenue:seat"): -20000,
        ("payment", "cash_clearing:sandbox"): 20000,
        ("payment", "receivable"): -20000,
    }


@pytest.mark.env(**TWO_CURRENCIES)
def test_two_currencies_never_meet_in_one_sum(quick):
    quick.buy({"product": "seat", "quantity": 1})
    quick.hear(quick.now_paying_in("USD"))
    quick.buy({"product": "seat", "quantity": 2})
    assert {entry["currency"] for entry in quick.get("/ledger/", currency="USD")["items"]} == {"USD"}
    statements = quick.get("/statements/")["items"]
    assert [(item["currency"], sorted(move["amount"] for move in item["movements"])) for item in statements] == [
        ("KES", [-20000, 20000]),
        ("USD", [-310, 310]),
    ]
    totals = {(item["currency"], item["total"]) for item in quick.get("/invoices/")["items"]}
    assert totals == {("KES", 20000), ("USD", 310)}
    revenue = re.findall(r'billing_revenue_minor\{.*currency="(\w+)".*\} (\S+)', quick.client.get("/metrics").text)
    balance = re.findall(r"billing_ledger_imbalance_minor\{.*\} (\S+)", quick.client.get("/metrics").text)
    assert balance == ["0.0", "0.0"]
    assert {(currency, float(minor)) for currency, minor in revenue} == {("KES", 2_000_000), ("USD", 31_000)}


def test_the_scrape_counts_checkouts_and_payments(quick):
    quick.checkout()
    quick.buy()
    metrics = quick.client.get("/metrics").text
    assert 'billing_checkouts_open{service="billing"} 1.0' in metrics
    assert 'billing_payments{service="billing",state="completed"} 1.0' in metrics
    assert 'billing_payments{service="billing",state="failed"} 0.0' in metrics
    assert 'billing_invoices_open{service="billing"} 0.0' in metrics


def test_a_statement_opens_with_what_came_before_and_closes_with_what_is_owed(quick):
    with time_machine.travel(datetime(2026, 1, 31, 20, 59, tzinfo=UTC)):
        checkout_id = quick.checkout()
        quick.pay(checkout_id, quick.attempt(checkout_id), quick.attempt(checkout_id))
    with time_machine.travel(datetime(2026, 1, 31, 21, 0, tzinfo=UTC)):
        quick.buy({"product": "seat", "quantity": 1})
        [january] = quick.get("/statements/", **{"from": "2026-01-01", "to": "2026-01-31"})["items"]
        [february] = quick.get("/statements/")["items"]
    assert (january["opening"], january["closing"]) == (0, -300000)
    assert (february["opening"], february["closing"]) == (-300000, -300000)
    assert sorted(move["amount"] for move in february["movements"]) == [-20000, 20000]
    assert {move["kind"] for move in february["movements"]} == {"invoice", "payment"}


def test_an_organization_without_movements_has_no_statement(quick):
    found = quick.get("/statements/", **{"from": "2026-01-01", "to": "2026-12-31"})
    assert found == {"from": "2026-01-01", "to": "2026-12-31", "items": []}


@pytest.mark.parametrize(
    "query", ["from=2026-02-01&to=2026-01-01", "from=2024-01-01&to=2026-01-01", "from=x", "to=0000-01-01"]
)
def test_a_bad_period_is_refused(quick, query):
    assert quick.client.get(f"/api/v1/billing/statements/?{query}", headers=quick.headers).status_code == 400


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("path", ["ledger", "statements"])
def test_the_ends_of_the_calendar_are_days_too(quick, path, day):
    url = f"/api/v1/billing/{path}/?from={day}&to={day}"
    assert quick.client.get(url, headers=quick.headers).status_code in (200, 400)


def test_the_books_are_filtered_paged_and_private(quick):
    with time_machine.travel(datetime(2026, 1, 15, tzinfo=UTC)):
        quick.buy()
    with time_machine.travel(datetime(2026, 2, 15, tzinfo=UTC)):
        quick.buy()
        assert quick.get("/ledger/", **{"from": "2026-02-01"})["total"] == 4
        assert quick.get("/ledger/", to="2026-01-31", account="receivable")["total"] == 2
        assert len(quick.get("/ledger/", limit=3, page=3)["items"]) == 2
        stranger = headers_of(("billing.read",), organization=new_id())
        assert quick.client.get("/api/v1/billing/ledger/", headers=stranger).json["total"] == 0
        assert quick.client.get("/api/v1/billing/ledger/", headers=headers_of(("platform",))).status_code == 403
