"""A sponsor's seats go back: those that students hold stay, the money moves once, and every figure follows."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from world.acts import (
    at_the_provider,
    buy_seats,
    checkout_state,
    child,
    enrol,
    make_cohort,
    open_checkout,
    purchased,
    wait_for_seats,
)
from world.system import eventually

PAYMENTS = "/api/v1/billing/payments/"


@pytest.fixture
def platform(town):
    """Who may move money back."""
    return town.administrator()


def payment_of(person, checkout):
    """The payment of a checkout."""
    return next(item for item in person.get(PAYMENTS)["items"] if item["checkout_id"] == checkout["id"])


def refund(platform, payment, *, status=201, key=None, **body):
    """The platform gives money of a payment back."""
    told = {"reason": "Fewer students than we thought.", **body}
    headers = {"Idempotency-Key": key or uuid4().hex}
    return platform.call("POST", f"{PAYMENTS}{payment['id']}/refund/", json=told, headers=headers, status=status).json()


def seats_of(sponsor, quantity):
    """So many seats of the only window."""
    [window] = sponsor.get("/api/v1/billing/entitlements/")["items"][0]["windows"]
    return [{"grant_id": window["grant_id"], "quantity": quantity}]


def test_free_seats_go_back_with_a_credit_note_and_held_ones_do_not(town, platform):
    sponsor = town.admin()
    cohort = make_cohort(sponsor)
    checkout = buy_seats(sponsor, 3, months=2)
    first = wait_for_seats(sponsor, cohort, child(1))
    payment = payment_of(sponsor, checkout)

    assert refund(platform, payment, status=409)["code"] == "seats_assigned"
    assert purchased(sponsor) == 3
    given = refund(platform, payment, seats=seats_of(sponsor, 2))
    assert (given["status"], given["amount"]) == ("completed", 2 * 2 * 20_000)
    assert enrol(sponsor, cohort, child(2), status=207)[0]["status"] == "no_seat"
    assert purchased(sponsor) == 1

    note = sponsor.get("/api/v1/billing/credit-notes/")["items"][0]
    assert (note["number"][:3], note["total"]) == ("CN-", 80_000)
    pdf = sponsor.call("GET", note["pdf_url"], status=200)
    assert pdf.content.startswith(b"%PDF-")
    [statement] = sponsor.get("/api/v1/billing/ledger/statement/")["items"]
    assert (statement["opening"], statement["closing"], len(statement["movements"])) == (0, 0, 4)

    sponsor.post(f"/api/v1/programs/enrollments/{first['enrollment_id']}/withdraw/", status=200)
    assert refund(platform, payment)["amount"] == 40_000
    assert purchased(sponsor) == 0

    def counted():
        report = sponsor.get(f"/api/v1/programs/cohorts/{cohort['id']}/reports/")["organization"]
        return (report["seats"]["purchased"], report["payments"]["paid"]) == (0, 0)

    eventually(counted, "analytics counts neither the seats nor the money any more")


def test_one_key_pressed_by_many_hands_refunds_once(town, platform):
    sponsor = town.admin()
    checkout = buy_seats(sponsor, 4)
    payment, key, seats = payment_of(sponsor, checkout), uuid4().hex, seats_of(sponsor, 1)

    def press(_):
        body = {"reason": "Once.", "seats": seats}
        headers = {"Idempotency-Key": key}
        return platform.call("POST", f"{PAYMENTS}{payment['id']}/refund/", json=body, headers=headers)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(press, range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert press(0).status_code == 201
    # A provider that is too busy at that moment is asked again by the worker.
    eventually(lambda: purchased(sponsor) == 3, "the seat has gone back")
    assert sponsor.get("/api/v1/billing/refunds/")["total"] == 1


def test_a_transfer_is_verified_and_money_sent_twice_goes_back(town, platform):
    sponsor = town.admin()
    checkout = open_checkout(sponsor, 2, method="bank_transfer")
    [payment] = platform.get(f"{PAYMENTS}?reference={checkout['transfer_reference']}")["items"]
    own = {"Idempotency-Key": uuid4().hex}
    body = {"reference": f"FT{uuid4().hex[:10]}", "amount": checkout["amount"]}
    sponsor.call("POST", f"{PAYMENTS}{payment['id']}/verify/", json=body, headers=own, status=403)
    platform.call("POST", f"{PAYMENTS}{payment['id']}/verify/", json=body, status=400)
    platform.call("POST", f"{PAYMENTS}{payment['id']}/verify/", json=body, headers=own, status=200)
    assert checkout_state(sponsor, checkout) == "paid"
    assert purchased(sponsor) == 2

    again = {"reference": f"FT{uuid4().hex[:10]}", "amount": checkout["amount"]}
    headers = {"Idempotency-Key": uuid4().hex}
    second = platform.call("POST", f"{PAYMENTS}{payment['id']}/verify/", json=again, headers=headers, status=200).json()
    assert (second["status"], second["credit"]) == ("unapplied", checkout["amount"])
    assert refund(platform, second, reference=f"FT{uuid4().hex[:10]}")["amount"] == checkout["amount"]
    assert purchased(sponsor) == 2


def test_a_refund_the_provider_refuses_leaves_the_seats(town, platform):
    sponsor = town.admin()
    cohort = make_cohort(sponsor)
    checkout = open_checkout(sponsor, 1)
    at_the_provider(checkout).press("Take the money, refuse")
    eventually(lambda: checkout_state(sponsor, checkout) == "paid", "the checkout is paid")
    row = wait_for_seats(sponsor, cohort, child(1))
    sponsor.post(f"/api/v1/programs/enrollments/{row['enrollment_id']}/withdraw/", status=200)
    assert refund(platform, payment_of(sponsor, checkout), status=409)["code"] == "refund_declined"
    assert enrol(sponsor, cohort, child(2))[0]["status"] == "enrolled"
