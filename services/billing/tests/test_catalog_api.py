"""Somebody looks at the prices."""

import pytest

URL = "/api/v1/billing/catalog/"


def test_anybody_signed_in_sees_prices_tax_and_what_each_product_grants(client, as_):
    found = client.get(URL, headers=as_()).json
    prices = {product["product"]: (product["price"], product["unit"]) for product in found["products"]}
    assert found["currency"] == "KES"
    assert prices == {
        "seat": (20000, "active student per month"),
        "mentor_session": (7000, "session"),
        "lab_hour": (200, "hour"),
        "revenue_share": (3, "percent of a placement's first-year salary"),
    }
    assert {product["tax"]["note"] for product in found["products"]} == {"Exempt: educational service."}
    assert [product["product"] for product in found["products"] if product["bought_ahead"]] == ["seat"]
    assert all(product["grants"] for product in found["products"])


def test_nobody_else_does(client):
    assert client.get(URL).status_code == 401


@pytest.mark.env(SPONSOR_SEAT_PRICE_KES="19999.50", REVENUE_SHARE_PERCENTAGE="2.5", TAX_RATE_PERCENT="16")
def test_prices_and_tax_come_from_the_settings(client, as_):
    products = {product["product"]: product for product in client.get(URL, headers=as_()).json["products"]}
    assert products["seat"]["price"] == 19999.5
    assert products["seat"]["tax"] == {"rate": 16, "exempt": False, "note": ""}
    assert (products["revenue_share"]["price"], products["revenue_share"]["price_kind"]) == (2.5, "percent")


@pytest.mark.env(
    BILLING_CURRENCIES="KES,USD",
    SPONSOR_SEAT_PRICE_USD="155",
    MENTOR_SESSION_PRICE_USD="54.25",
    LAB_USAGE_PRICE_USD="1.55",
)
def test_a_second_currency_has_its_own_prices(client, as_):
    found = client.get(URL, query_string={"currency": "USD"}, headers=as_()).json
    assert (found["currency"], found["currencies"]) == ("USD", ["KES", "USD"])
    assert [product["price"] for product in found["products"]] == [155, 54.25, 1.55, 3]


@pytest.mark.parametrize("currency", ["EUR", "XXX", "kes", "KESH", "", "'", "K\u0000S"])
def test_a_currency_without_prices_is_refused(client, as_, currency):
    answer = client.get(URL, query_string={"currency": currency}, headers=as_())
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
