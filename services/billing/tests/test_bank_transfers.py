"""A sponsor transfers money by bank: our reference on it, an administrator who sees it, and what it was for."""

from datetime import timedelta

import pytest
import time_machine

from chassis.clock import now
from chassis.ids import new_id
from contracts.events.billing import InvoiceIssued, PaymentCompleted, PaymentFailed, SeatsGranted

API = "/api/v1/billing"


@pytest.fixture
def transfer(quick):
    """An open checkout to be paid by bank transfer, and the payment that is expected."""
    checkout = quick.order(method="bank_transfer").json
    [payment] = quick.get("/payments/", status="pending", reference=checkout["transfer_reference"])["items"]
    return checkout, payment["id"]


@pytest.fixture
def verify(quick):
    def post(payment, key=None, **body):
        headers = {**quick.platform, "Idempotency-Key": key or str(new_id())}
        told = {"reference": "FT26013K7X2Q", "amount": 300000, **body}
        return quick.client.post(f"{API}/payments/{payment}/verify/", json=told, headers=headers)

    return post


def test_the_page_says_where_to_transfer_it_and_under_which_reference(quick, transfer):
    checkout, _ = transfer
    assert checkout["expires_at"] > checkout["created_at"]
    page = quick.client.get(f"/pay/{checkout['id']}")
    assert checkout["transfer_reference"] in page.text
    assert "Example Bank" in page.text
    assert "<button" not in page.text
    pressed = quick.client.post(f"/pay/{checkout['id']}")
    assert (pressed.status_code, pressed.location[-36:]) == (303, checkout["id"])
    assert quick.till.sessions == {}


def test_a_transfer_that_arrived_gives_what_it_was_for(quick, transfer, verify):
    checkout, payment = transfer
    answer = verify(payment)
    assert answer.status_code == 200, answer.text
    assert (answer.json["status"], answer.json["reference"]) == ("completed", "FT26013K7X2Q")
    assert quick.state(checkout["id"]) == "paid"
    assert len(quick.said(SeatsGranted)) == len(quick.said(InvoiceIssued)) == 1
    entries = {(entry["account"], entry["amount"]) for entry in quick.get("/ledger/")["items"]}
    assert ("cash_clearing:bank", 300000) in entries


def test_one_transfer_is_money_once(quick, transfer, verify):
    _, payment = transfer
    assert verify(payment).status_code == 200
    assert verify(payment).json["code"] == "already_verified"
    other = quick.order(method="bank_transfer").json["transfer_reference"]
    [another] = quick.get("/payments/", reference=other)["items"]
    assert verify(another["id"]).json["code"] == "already_verified"
    assert len(quick.said(PaymentCompleted)) == 1


def test_the_same_key_is_answered_alike(quick, transfer, verify):
    _, payment = transfer
    first, second = verify(payment, key="k"), verify(payment, key="k")
    assert (first.data, second.headers["Idempotent-Replayed"]) == (second.data, "true")
    assert len(quick.said(PaymentCompleted)) == 1


@pytest.mark.parametrize("amount", [299999.99, 300001])
def test_another_amount_is_kept_as_credit(quick, transfer, verify, amount):
    checkout, payment = transfer
    answer = verify(payment, amount=amount)
    assert (answer.json["status"], answer.json["reason"], answer.json["credit"]) == (
        "unapplied",
        "other_amount",
        amount,
    )
    assert quick.state(checkout["id"]) == "open"
    assert [event.credited for event in quick.said(PaymentCompleted)] == [True]


def test_a_second_transfer_is_kept_as_credit(quick, transfer, verify):
    _, payment = transfer
    verify(payment)
    second = verify(payment, reference="FT26014AAAAA").json
    assert (second["status"], second["reason"], second["id"] == payment) == ("unapplied", "paid_twice", False)
    assert len(quick.said(SeatsGranted)) == 1


def test_a_transfer_that_never_comes_expires_and_late_money_is_taken_all_the_same(quick, transfer, verify):
    checkout, payment = transfer
    with time_machine.travel(now() + timedelta(days=13)):
        quick.run("settle_open_payments")
        assert quick.state(checkout["id"]) == "open"
    with time_machine.travel(now() + timedelta(days=15)):
        quick.run("settle_open_payments")
        assert quick.state(checkout["id"]) == "expired"
        assert [event.reason for event in quick.said(PaymentFailed)] == ["expired"]
        assert verify(payment).json["status"] == "completed"
        assert quick.state(checkout["id"]) == "paid"


@pytest.mark.parametrize(
    "body", [{"amount": 0}, {"amount": -5}, {"amount": 1.001}, {"amount": "NaN"}, {"reference": ""}, {"more": 1},
             {"received_at": "2999-01-01T00:00:00Z"}]
)  # fmt: skip
def test_a_transfer_that_makes_no_sense_is_refused(transfer, verify, body):
    assert verify(transfer[1], **body).status_code == 422


def test_only_the_platform_verifies_and_with_a_key(quick, transfer):
    url, body = f"{API}/payments/{transfer[1]}/verify/", {"reference": "FT1", "amount": 300000}
    own = quick.client.post(url, json=body, headers={**quick.headers, "Idempotency-Key": "k"})
    assert own.status_code == 403
    assert quick.client.post(url, json=body, headers=quick.platform).status_code == 400


def test_a_payment_of_the_provider_is_not_verified_by_hand(quick, verify):
    quick.buy()
    assert verify(quick.payment()).json["code"] == "not_a_transfer"


def test_a_transfer_is_sent_back_under_the_banks_reference(quick, transfer, verify):
    verify(transfer[1])
    assert quick.refund(seats=2).status_code == 422
    back = quick.refund(seats=2, reference="FT26020BACK1").json
    assert (back["status"], back["amount"], back["reference"]) == ("completed", 120000, "FT26020BACK1")
    assert quick.till.refunds == {}


def test_credit_pays_a_checkout_and_what_is_left_goes_back(quick, transfer, verify):
    credit = verify(transfer[1], amount=350000).json["id"]
    wanted = quick.checkout({"product": "seat", "quantity": 5, "months": 3})

    def apply(checkout):
        headers = {**quick.platform, "Idempotency-Key": str(new_id())}
        return quick.client.post(f"{API}/payments/{credit}/apply/", json={"checkout_id": checkout}, headers=headers)

    applied = apply(wanted)
    assert (applied.status_code, applied.json["method"], applied.json["amount"]) == (201, "credit", 300000)
    assert quick.state(wanted) == "paid"
    assert [event.credited for event in quick.said(PaymentCompleted)] == [True, False]
    assert apply(wanted).json["code"] == "checkout_closed"
    assert apply(quick.checkout()).json["code"] == "more_than_paid"
    assert quick.get(f"/payments/{credit}/")["credit"] == 50000
    assert quick.refund(payment=applied.json["id"], seats=5).json["amount"] == 300000
    assert quick.get(f"/payments/{credit}/")["credit"] == 350000, "what credit paid is credit again"
    assert quick.refund(payment=credit, reference="FT9").json["amount"] == 350000
    amounts = quick.rows(
        "select code, sum(amount_minor) from ledger_entries join ledger_accounts on id = account_id "
        "group by code having sum(amount_minor) <> 0"
    )
    assert amounts == []


@pytest.mark.env(BANK_ACCOUNT="")
def test_without_an_account_nobody_is_asked_to_transfer(quick):
    refused = quick.order(method="bank_transfer")
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "method"
