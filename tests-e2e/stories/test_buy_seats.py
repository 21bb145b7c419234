"""A sponsor buys seats on the payment page; what was bought can be given, and no more."""

from uuid import uuid4

from world.acts import (
    CHECKOUTS,
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


def test_seats_bought_are_seats_to_give_and_not_one_more(town):
    sponsor = town.admin()
    cohort = make_cohort(sponsor)
    assert enrol(sponsor, cohort, child(), status=207)[0]["status"] == "no_seat"

    buy_seats(sponsor, 2)
    wait_for_seats(sponsor, cohort, child(1))
    rows = enrol(sponsor, cohort, child(2), child(3), status=207)
    assert [row["status"] for row in rows] == ["enrolled", "no_seat"]

    def used() -> bool:
        seat = next(i for i in sponsor.get("/api/v1/billing/entitlements/")["items"] if i["product"] == "seat")
        return (seat["purchased"], seat["in_use"], seat["available"]) == (2, 2, 0)

    eventually(used, "billing counts two seats in use")
    entitled = sponsor.get(f"/api/v1/billing/entitlements/?student_id={rows[0]['student_id']}")
    assert entitled["student"]["entitled"] is True


def test_the_invoice_is_numbered_paid_and_a_document(town):
    sponsor = town.admin()
    buy_seats(sponsor, 3, months=2)
    page = sponsor.get("/api/v1/billing/invoices/")
    invoice = page["items"][0]
    assert page["total"] == 1
    assert invoice["number"].startswith("INV-")
    assert (invoice["status"], invoice["total"], invoice["currency"]) == ("paid", 3 * 2 * 20_000, "KES")
    pdf = sponsor.call("GET", f"/api/v1/billing/invoices/{invoice['id']}/pdf/", status=200)
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")


def test_a_withdrawn_student_leaves_a_seat_for_another(town):
    sponsor = town.admin()
    cohort = make_cohort(sponsor)
    buy_seats(sponsor, 1)
    first = wait_for_seats(sponsor, cohort, child(1))
    assert enrol(sponsor, cohort, child(2), status=207)[0]["status"] == "no_seat"
    sponsor.post(f"/api/v1/programs/enrollments/{first['enrollment_id']}/withdraw/", status=200)
    assert enrol(sponsor, cohort, child(2))[0]["status"] == "enrolled"


def test_a_declined_payment_buys_nothing_and_may_be_tried_again(town):
    sponsor = town.admin()
    checkout = open_checkout(sponsor, 5)
    at_the_provider(checkout).press("Decline")
    assert purchased(sponsor) == 0
    assert checkout_state(sponsor, checkout) == "open"
    at_the_provider(checkout).press("Pay")
    eventually(lambda: checkout_state(sponsor, checkout) == "paid", "the second attempt is paid")
    assert sponsor.get("/api/v1/billing/invoices/")["total"] == 1


def test_an_expired_payment_buys_nothing(town):
    sponsor = town.admin()
    checkout = open_checkout(sponsor, 5)
    at_the_provider(checkout).press("Let")
    eventually(lambda: checkout_state(sponsor, checkout) == "expired", "the checkout expires")
    assert purchased(sponsor) == 0
    assert sponsor.get("/api/v1/billing/invoices/")["total"] == 0


def test_the_same_checkout_asked_for_fifty_times_is_one(town):
    sponsor = town.admin()
    body = {
        "items": [{"product": "seat", "quantity": 1, "months": 1}],
        "method": "card",
        "success_url": "https://app.example.org/thanks",
        "cancel_url": "https://app.example.org/back",
    }
    key = {"Idempotency-Key": uuid4().hex}
    answers = [sponsor.call("POST", CHECKOUTS, json=body, headers=key, status=201) for _ in range(50)]
    assert len({answer.content for answer in answers}) == 1
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None] + ["true"] * 49
