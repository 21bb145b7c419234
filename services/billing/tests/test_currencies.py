"""Each organization pays in its own currency, and no sum ever meets another currency."""

import pytest

TWO = {
    "BILLING_CURRENCIES": "KES,USD",
    "SPONSOR_SEAT_PRICE_USD": "155",
    "MENTOR_SESSION_PRICE_USD": "54.25",
    "LAB_USAGE_PRICE_USD": "1.55",
}
ONE_SEAT = {"product": "seat", "quantity": 1}


@pytest.mark.env(**TWO)
def test_an_organization_pays_in_its_own_currency(quick):
    quick.hear(quick.now_paying_in("USD"))
    checkout = quick.order(ONE_SEAT).json
    assert (checkout["amount"], checkout["currency"]) == (155, "USD")
    assert quick.order(ONE_SEAT, currency="USD").status_code == 201


@pytest.mark.env(**TWO)
def test_and_in_no_other(quick):
    refused = quick.order(ONE_SEAT, currency="USD")
    assert refused.status_code == 422
    assert refused.json["errors"] == [{"field": "currency", "message": "Your organization pays in KES."}]


def test_without_prices_in_its_currency_it_is_told_so(quick):
    quick.hear(quick.now_paying_in("TZS"))
    refused = quick.order(ONE_SEAT)
    assert (refused.status_code, refused.json["code"]) == (409, "no_price_in_currency")


@pytest.mark.env(**TWO)
def test_the_catalog_shows_each_currency(quick):
    prices = {
        currency: quick.get("/catalog/", currency=currency)["products"][0]["price"] for currency in ("KES", "USD")
    }
    assert prices == {"KES": 20000, "USD": 155}


@pytest.mark.env(**TWO)
def test_refunds_and_statements_keep_the_currencies_apart(quick):
    quick.buy({"product": "seat", "quantity": 3})
    quick.refund(seats=1)
    quick.hear(quick.now_paying_in("USD"))
    quick.buy({"product": "seat", "quantity": 2})
    assert quick.refund(seats=1).json["currency"] == "USD"
    notes = {(note["currency"], note["total"]) for note in quick.get("/credit-notes/")["items"]}
    assert notes == {("KES", 20000), ("USD", 155)}
    statements = {
        item["currency"]: sorted(move["amount"] for move in item["movements"])
        for item in quick.get("/ledger/statement/")["items"]
    }
    assert statements == {"KES": [-60000, -20000, 20000, 60000], "USD": [-310, -155, 155, 310]}
    unbalanced = quick.rows("select currency from ledger_entries group by currency having sum(amount_minor) <> 0")
    assert unbalanced == []
