"""What a checkout may ask for, and what happens to everything else."""

import pytest

from chassis.ids import new_id
from chassis.testing import headers_of

URL = "/api/v1/billing/checkout/sessions/"
GOOD = {
    "items": [{"product": "seat", "quantity": 2, "months": 1}],
    "method": "card",
    "success_url": "https://sponsor.example/paid",
    "cancel_url": "http://localhost:3000/cart",
}


def test_a_checkout_is_priced_and_open_for_an_hour(quick):
    answer = quick.order({"product": "seat", "quantity": 2, "months": 3}, {"product": "seat", "quantity": 1})
    assert answer.status_code == 201
    body = answer.json
    assert body["url"] == f"http://localhost:8000/pay/{body['id']}"
    assert (body["amount"], body["net"], body["tax"], body["currency"]) == (140000, 140000, 0, "KES")
    assert [(item["months"], item["unit_price"], item["net"]) for item in body["items"]] == [
        (3, 20000, 120000),
        (1, 20000, 20000),
    ]
    assert (body["state"], body["completed_at"], body["cohort_id"]) == ("open", None, None)


@pytest.mark.env(SPONSOR_SEAT_PRICE_KES="33.35", TAX_RATE_PERCENT="16")
def test_tax_comes_on_top_and_is_rounded_half_to_even_a_line(quick):
    checkout_id = quick.buy({"product": "seat", "quantity": 1}, {"product": "seat", "quantity": 3})
    found = quick.get(f"/checkout/sessions/{checkout_id}/")
    assert [item["tax"] for item in found["items"]] == [5.34, 16.01]
    assert (found["net"], found["tax"], found["amount"]) == (133.4, 21.35, 154.75)
    [invoice] = quick.get("/invoices/")["items"]
    assert (invoice["net"], invoice["tax"], invoice["total"]) == (133.4, 21.35, 154.75)
    [tax] = quick.get("/ledger/", account="tax_payable")["items"]
    assert tax["amount"] == -21.35


@pytest.mark.parametrize(
    "change",
    [
        {"items": []},
        {"items": [{"product": "seat", "quantity": 1}] * 21},
        {"items": {"product": "seat", "quantity": 1}},
        {"items": [{"product": "seat"}]},
        {"items": [{"product": "seat", "quantity": 0}]},
        {"items": [{"product": "seat", "quantity": -1}]},
        {"items": [{"product": "seat", "quantity": 1.5}]},
        {"items": [{"product": "seat", "quantity": "5"}]},
        {"items": [{"product": "seat", "quantity": True}]},
        {"items": [{"product": "seat", "quantity": 100_001}]},
        {"items": [{"product": "seat", "quantity": 10**30}]},
        {"items": [{"product": "seat", "quantity": 1, "months": 0}]},
        {"items": [{"product": "seat", "quantity": 1, "months": 61}]},
        {"items": [{"product": "seat", "quantity": 1, "price": 1}]},
        {"items": [{"product": "mentor_session", "quantity": 1}]},
        {"items": [{"product": "lab_hour", "quantity": 1}]},
        {"items": [{"product": "revenue_share", "quantity": 1}]},
        {"items": [{"product": "yacht", "quantity": 1}]},
        {"items": [None]},
        {"method": "cheque"},
        {"method": None},
        {"amount": 1},
        {"state": "paid"},
        {"organization_id": "01890000-0000-7000-8000-000000000000"},
        {"cohort_id": "1"},
        {"currency": "kes"},
        {"currency": ["KES"]},
    ],
)
def test_what_breaks_the_schema_is_refused_field_by_field(quick, change):
    answer = quick.client.post(URL, json={**GOOD, **change}, headers=quick.headers)
    assert answer.status_code == 422
    assert answer.json["errors"]
    assert quick.rows("select from checkouts") == []


@pytest.mark.parametrize(
    "url",
    [
        "http://sponsor.example/paid",
        "javascript:alert(1)",
        "data:text/html,x",
        "//sponsor.example",
        "/paid",
        "https://",
        "https://user:secret@sponsor.example/",
        "https://sponsor.example@evil.example/",
        "https://sponsor.example\\@evil.example/",
        "https://sponsor.example/\r\nX: y",
        "https://sponsor.example:port/",
        "https://[::1",
        "http://localhost.evil.example/",
        "http://10.0.0.1/",
        "https://sponsor.example/" + "x" * 2000,
        "",
        5,
        None,
    ],
)
@pytest.mark.parametrize("field", ["success_url", "cancel_url"])
def test_the_payer_is_only_sent_to_safe_addresses(quick, field, url):
    answer = quick.client.post(URL, json={**GOOD, field: url}, headers=quick.headers)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


@pytest.mark.parametrize("url", ["https://a.example:8443/x?y=z#w", "http://127.0.0.1:5000/", "http://[::1]:3000/ok"])
def test_safe_addresses_are_taken(quick, url):
    assert quick.client.post(URL, json={**GOOD, "success_url": url}, headers=quick.headers).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"x"', 422),
        (b"\xff\xfe", 400),
        (b'{"items": "\\u0000"}', 400),
        (b"[" * 100_000, 400),
    ],
)
def test_a_body_that_is_no_checkout_is_refused(quick, body, status):
    answer = quick.client.post(URL, data=body, headers={**quick.headers, "content-type": "application/json"})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_another_type_of_body_is_refused(quick):
    answer = quick.client.post(URL, data="items=1", headers={**quick.headers, "content-type": "text/plain"})
    assert answer.status_code == 415


def test_a_currency_without_prices_is_refused(quick):
    assert quick.order(currency="USD").status_code == 400


def test_a_cohort_must_be_the_organizations_own_and_known(quick):
    cohort_id = str(quick.new_cohort())
    assert quick.order(cohort_id=cohort_id).status_code == 201
    stranger = headers_of(("billing.pay",), organization=new_id())
    refused = quick.order(cohort_id=cohort_id, headers=stranger)
    assert (refused.status_code, refused.json["code"]) == (404, "unknown_cohort")
    assert "try again shortly" in quick.order(cohort_id=str(new_id())).json["detail"]


def test_only_who_may_pay_opens_a_checkout(quick):
    cohort_id = quick.new_cohort()
    reader = headers_of(("billing.read",), organization=quick.organization)
    assert quick.order(headers=reader).status_code == 403
    assert quick.order(headers=headers_of(("billing.pay",))).status_code == 403
    assert quick.client.post(URL, json=GOOD).status_code == 401
    of_one_cohort = headers_of((), organization=quick.organization, narrowed={cohort_id: ("billing.pay",)})
    assert quick.order(headers=of_one_cohort).status_code == 403
    assert quick.order(headers=of_one_cohort, cohort_id=str(quick.new_cohort())).status_code == 403
    assert quick.order(headers=of_one_cohort, cohort_id=str(cohort_id)).status_code == 201


def test_another_organizations_checkout_does_not_exist(quick):
    checkout_id = quick.checkout()
    for organization, permission in ((new_id(), "billing.read"), (quick.organization, "billing.pay")):
        headers = headers_of((permission,), organization=organization)
        assert quick.client.get(f"{URL}{checkout_id}/", headers=headers).status_code in (403, 404)
    assert quick.client.get(f"{URL}{new_id()}/", headers=quick.headers).status_code == 404
    assert quick.client.get(f"{URL}1/", headers=quick.headers).status_code == 404


def test_the_same_key_opens_one_checkout(quick):
    headers = {**quick.headers, "Idempotency-Key": "order-7"}
    first = quick.client.post(URL, json=GOOD, headers=headers)
    again = quick.client.post(URL, json=GOOD, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert quick.client.post(URL, json={**GOOD, "method": "mpesa"}, headers=headers).status_code == 422
    assert len(quick.rows("select from checkouts")) == 1


@pytest.mark.parametrize("checkout_id", ["1", "01890000-0000-7000-8000-000000000000", "%00", "..%2f..%2fetc"])
def test_a_payment_page_of_nothing_is_a_page(quick, checkout_id):
    for answer in (
        quick.client.get(f"/pay/{checkout_id}"),
        quick.client.post(f"/pay/{checkout_id}"),
        quick.client.get(f"/pay/{checkout_id}/return"),
    ):
        assert answer.status_code in (400, 404)


def test_the_payment_page_has_no_script_and_frames_nowhere(quick):
    quick.hear(*quick.renamed('<script>alert("x")</script>'))
    page = quick.client.get(f"/pay/{quick.checkout()}")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert "&lt;script" in page.text
