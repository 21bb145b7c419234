"""Who may ask the partner's doors of billing, what is refused and in which words, and what a list can be asked."""

from datetime import UTC, datetime

import pytest

from chassis.ids import new_id
from chassis.testing import headers_of
from contracts.events.billing import PaymentFailed, PaymentInitiated

LISTS = ("/payments", "/payments/invoices", "/disbursements")


@pytest.mark.parametrize("path", LISTS)
def test_only_partners_may_ask(partner, path):
    client, url = partner.shop.client, f"/api/v1/partner{path}"
    assert client.get(url).status_code == 401
    refused = client.get(url, headers=partner.shop.headers)
    assert (refused.status_code, refused.json["detail"]) == (403, "Role 'partner' required")
    homeless = client.get(url, headers=headers_of(("platform",)))
    assert (homeless.status_code, set(homeless.json)) == (403, {"detail", "request_id"})


def test_only_partners_may_pay(partner):
    told = {"amount": 1, "method": "mpesa"}
    for headers in (partner.shop.headers, headers_of(("dashboard.view",), organization=partner.organization)):
        refused = partner.shop.client.post("/api/v1/partner/payments", json=told, headers=headers)
        assert (refused.status_code, refused.json["detail"]) == (403, "Role 'partner' required")
    assert partner.shop.said(PaymentInitiated) == []


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_told_again_only_when_it_changed_and_with_or_without_a_slash(partner, path):
    first = partner.ask(path)
    tagged = {**partner.headers, "If-None-Match": first.headers["ETag"]}
    assert partner.shop.client.get(f"/api/v1/partner{path}/", headers=tagged).status_code == 304


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({"method": "cash"}, 400, None),
        ({"method": None}, 422, "method"),
        ({"amount": 0}, 422, "amount"),
        ({"amount": -1}, 422, "amount"),
        ({"amount": 1.5}, 422, "amount"),
        ({"amount": "100"}, 422, "amount"),
        ({"amount": True}, 422, "amount"),
        ({"amount": 2**53 - 1}, 201, None),
        ({"amount": 2**60}, 422, "amount"),
        ({"currency": "USD"}, 422, "currency"),
        ({"currency": "shillings"}, 422, "currency"),
        ({"program_id": "prog-001"}, 422, "program_id"),
        ({"sponsorship_ids": []}, 422, "sponsorship_ids"),
        ({"program_id": str(new_id()), "sponsorship_ids": [str(new_id())]}, 422, "sponsorship_ids"),
        ({"sponsorship_ids": [str(new_id())] * 1001}, 422, "sponsorship_ids"),
        ({"description": "x" * 201}, 422, "description"),
        ({"success_url": "javascript:alert(1)"}, 422, "success_url"),
        ({"status": "completed"}, 422, "status"),
    ],
)
def test_what_makes_no_sense_is_refused_in_the_partners_words(partner, body, status, where):
    answer = partner.pay(**{"amount": 100, **body})
    assert answer.status_code == status, answer.text
    if where is None:
        assert status == 201 or answer.json["detail"] == "Invalid payment method"
        return
    assert answer.json["detail"][0]["loc"][:2] == ["body", where]
    assert set(answer.json["detail"][0]) == {"loc", "msg", "type"}


def test_a_payment_is_opened_with_or_without_a_slash(partner):
    told = {"amount": 1, "method": "stripe"}
    answer = partner.shop.client.post("/api/v1/partner/payments/", json=told, headers=partner.headers)
    assert (answer.status_code, answer.json["method"]) == (201, "stripe")


def test_each_sponsorship_is_named_once(partner):
    one = partner.sponsorship()
    assert partner.pay(1, sponsorship_ids=[one, one]).status_code == 422


def test_the_same_key_opens_one_payment(partner):
    program = partner.program()
    first, second = (partner.pay(1_000, program_id=program, key="k") for _ in range(2))
    assert (first.status_code, second.data, second.headers["Idempotent-Replayed"]) == (201, first.data, "true")
    assert partner.get("/payments")["total"] == 1
    assert partner.pay(2_000, program_id=program, key="k").status_code == 422


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"status": "unapplied"}, "Invalid payment status"),
        ({"method": "card"}, "Invalid payment method"),
        ({"start_date": "2026-02-02", "end_date": "2026-02-01"}, "end_date is on or after start_date."),
        ({"start_date": "yesterday"}, "A query parameter is not valid."),
        ({"limit": 101}, "A query parameter is not valid."),
        ({"page": 0}, "A query parameter is not valid."),
    ],
)
def test_what_cannot_be_asked_of_the_list(partner, query, detail):
    refused = partner.ask("/payments", **query)
    assert (refused.status_code, refused.json["detail"]) == (400, detail)


def test_payments_are_found_by_status_method_and_day(partner, travel):
    january = datetime(2026, 1, 31, 20, 59, tzinfo=UTC)
    travel.move_to(january)
    first = partner.fund(100)
    travel.move_to(january.replace(hour=21, minute=0))  # the first of February in Nairobi
    second = partner.open(200, method="bank_transfer", bank_reference="BT1")
    third = partner.fund(300, method="paypal")

    def found(**query):
        page = partner.get("/payments", **query)
        assert page["total"] == len(page["payments"])
        return {row["id"] for row in page["payments"]}

    assert found(status="completed") == {first, third}
    assert found(status="pending") == found(method="bank_transfer") == {second}
    assert found(method="mpesa", status="completed") == found(end_date="2026-01-31") == {first}
    assert found(start_date="2026-02-01") == found(start_date="2026-02-01", end_date="2026-02-01") == {second, third}
    assert found(status="refunded") == found(status="failed") == found(method="stripe") == set()
    assert found(start_date="0001-01-02", end_date="9999-12-31") == {first, second, third}
    assert partner.get("/payments")["summary"] == {
        "total_paid": 400, "this_month": 300, "pending": 200, "credit": 400, "currency": "KES",
    }  # fmt: skip
    page = partner.get("/payments", limit=2, page=2)
    assert ([row["id"] for row in page["payments"]], page["total"], page["pages"]) == ([first], 3, 2)


def test_another_organization_sees_nothing_of_it(partner, stranger):
    payment = partner.fund(100)
    assert stranger.get("/payments")["total"] == 0
    assert stranger.get("/payments")["summary"]["total_paid"] == 0
    refused = stranger.ask(f"/payments/{payment}")
    assert (refused.status_code, refused.json["detail"]) == (404, "Payment not found")
    assert stranger.ask(f"/payments/{new_id()}").status_code == 404


def test_a_declined_attempt_is_shown_and_the_payment_can_still_be_made(partner):
    program = partner.program()
    payment = partner.open(1_000, program_id=program)
    checkout = partner.checkout(payment)
    shop = partner.shop
    shop.client.post(f"/pay/{checkout}")
    declined = shop.attempt(checkout, "declined")
    shop.till.report(checkout, "open", declined)
    shop.client.get(f"/pay/{checkout}/return")
    assert partner.status(payment) == "pending"
    [attempt] = partner.get("/payments", status="failed")["payments"]
    assert (attempt["id"] == payment, attempt["reference"]) == (False, declined.id)
    shop.till.report(checkout, "paid", declined, shop.attempt(checkout))
    shop.client.get(f"/pay/{checkout}/return")
    assert partner.status(payment) == "completed"
    assert [event.reason for event in shop.said(PaymentFailed)] == ["declined"]


def test_money_that_came_twice_is_credit(partner):
    program = partner.program()
    payment = partner.open(1_000, program_id=program)
    checkout = partner.checkout(payment)
    partner.arrive(payment, partner.shop.attempt(checkout), partner.shop.attempt(checkout))
    assert partner.get("/payments", status="completed")["total"] == 2
    assert partner.shop.balances() == {
        "cash_clearing:sandbox": 200_000,
        "customer_credit": -100_000,
        "funds_held:program": -100_000,
    }


def test_the_page_says_what_is_funded_and_leads_back(partner):
    program = partner.program()
    payment = partner.open(1_000, program_id=program, description="Q2 2026 program funding")
    url = f"/pay/{partner.checkout(payment)}"
    page = partner.shop.client.get(url).text
    assert "Q2 2026 program funding" in page
    assert "What is funded" in page
    assert "Go back" not in page
    partner.arrive(payment)
    paid = partner.shop.client.get(url).text
    assert "The money is held for what it funds" in paid
    assert "Continue" not in paid
    other = partner.open(1_000, success_url="https://partner.example/paid", cancel_url="https://partner.example/no")
    assert "https://partner.example/no" in partner.shop.client.get(f"/pay/{partner.checkout(other)}").text
