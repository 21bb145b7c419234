"""A card's story from the checkout to the books, through Stripe as it behaves: late, twice, forged, lost, broken."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from chassis.clock import now
from contracts.events.billing import InvoiceIssued, PaymentCompleted, PaymentFailed, PaymentRefunded, SeatsGranted

SEAT = {"product": "seat", "quantity": 1}


@pytest.fixture
def start(shop, stripe):
    """Open a checkout by card and press the button; its id and Stripe's."""

    def run(*items, **more):
        checkout_id = shop.checkout(*(items or (SEAT,)), method="card", **more)
        answer = shop.client.post(f"/pay/{checkout_id}")
        assert answer.status_code == 303, answer.text
        session_id = answer.location.rpartition("/")[2]
        assert answer.location == f"https://checkout.stripe.com/c/pay/{session_id}"
        return checkout_id, session_id

    return run


def test_a_card_buys_seats(shop, stripe, start):
    checkout_id, session_id = start()
    charge = stripe.pay(session_id)
    assert shop.state(checkout_id) == "open"
    assert stripe.deliver() == [204, 204]
    assert (shop.state(checkout_id), shop.available()) == ("paid", 1)
    [payment] = shop.said(PaymentCompleted)
    assert (payment.amount_minor, payment.currency, payment.method) == (2_000_000, "KES", "card")
    assert len(shop.said(SeatsGranted)) == len(shop.said(InvoiceIssued)) == 1
    assert shop.balances() == {"cash_clearing:stripe": 2_000_000, "deferred_revenue:seat": -2_000_000}
    assert shop.rows("select provider, reference from payments") == [("stripe", charge)]


def test_other_methods_go_on_elsewhere(shop, stripe):
    checkout_id = shop.buy()
    assert shop.rows("select provider from checkouts where id = :id", id=checkout_id) == [("sandbox",)]
    assert stripe.calls == []


def test_every_press_leads_to_the_same_page(shop, stripe, start):
    checkout_id, session_id = start()
    with time_machine.travel(now() + timedelta(minutes=59)):
        assert shop.client.post(f"/pay/{checkout_id}").location.endswith(session_id)
    assert len(stripe.sessions) == 1


def test_a_press_after_paying_shows_that_it_is_paid(shop, stripe, start):
    checkout_id, session_id = start()
    stripe.pay(session_id)
    assert shop.client.post(f"/pay/{checkout_id}").location.endswith(f"/pay/{checkout_id}")
    assert shop.state(checkout_id) == "paid"


def test_a_lost_message_is_made_up_for(shop, stripe, start):
    checkout_id, session_id = start()
    stripe.pay(session_id)
    stripe.events.clear()
    with time_machine.travel(now() + timedelta(minutes=2)):
        shop.run("settle_open_payments")
    assert (shop.state(checkout_id), len(shop.said(PaymentCompleted))) == ("paid", 1)


def test_a_message_twenty_times_at_once_is_one_payment(shop, stripe, start):
    checkout_id, session_id = start()
    stripe.pay(session_id)
    event = stripe.events[-1]
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: stripe.post(event), range(20)))
    assert set(answers) <= {204, 503}
    assert stripe.post(event) == 204
    assert (shop.state(checkout_id), shop.available(), len(shop.said(PaymentCompleted))) == ("paid", 1, 1)


@pytest.mark.parametrize("how", [{"secret": "whsec_somebody_elses"}, {"at": int(time.time()) - 301}])
def test_what_stripe_did_not_sign_is_refused(shop, stripe, start, how):
    checkout_id, session_id = start()
    stripe.pay(session_id)
    assert stripe.post(stripe.events[-1], **how) == 401
    assert shop.state(checkout_id) == "open"
    assert shop.client.post(stripe.webhook_url, data=b"{}").status_code == 401


def test_messages_in_any_order_come_to_the_same(shop, stripe, start):
    checkout_id, session_id = start()
    stripe.decline(session_id)
    stripe.pay(session_id)
    stripe.events.reverse()
    assert stripe.deliver(times=2) == [204] * 6
    assert shop.state(checkout_id) == "paid"
    assert [event.reason for event in shop.said(PaymentFailed)] == ["declined"]
    assert len(shop.said(PaymentCompleted)) == 1


def test_a_declined_card_may_try_again(shop, stripe, start):
    checkout_id, session_id = start()
    stripe.decline(session_id)
    stripe.deliver()
    assert shop.state(checkout_id) == "open"
    stripe.pay(session_id)
    stripe.deliver()
    assert shop.state(checkout_id) == "paid"


def test_a_page_whose_time_is_over_ends_the_checkout(shop, stripe, start):
    checkout_id, session_id = start()
    stripe.expire(session_id)
    stripe.deliver()
    assert shop.state(checkout_id) == "expired"
    assert [event.reason for event in shop.said(PaymentFailed)] == ["expired"]


def test_another_amount_than_asked_for_buys_nothing_and_is_held(shop, stripe, start):
    checkout_id, session_id = start()
    stripe.pay(session_id, amount=1_999_999)
    stripe.deliver()
    assert shop.state(checkout_id) == "open"
    assert shop.balances() == {"cash_clearing:stripe": 1_999_999, "customer_credit": -1_999_999}


def test_messages_about_what_is_not_ours_are_taken_and_forgotten(shop, stripe):
    for about in ({"object": "customer"}, {"object": "charge", "metadata": {}}, {"object": "refund", "metadata": {}}):
        assert stripe.post({"id": "evt_1", "type": "some.thing", "data": {"object": about}}) == 204
    assert stripe.post({"id": "evt_1"}) == 400
    assert shop.rows("select 1 from provider_events") == []


def test_a_refund_goes_back_to_the_card_and_clears(shop, stripe, start, reconciled):
    _, session_id = start({"product": "seat", "quantity": 5})
    stripe.pay(session_id)
    stripe.deliver()
    refund = shop.refund(seats=2).json
    assert (refund["status"], refund["reference"]) == ("completed", next(iter(stripe.refunds)))
    stripe.deliver(times=3)
    assert len(shop.said(PaymentRefunded)) == 1
    assert shop.balances()["cash_clearing:stripe"] == 6_000_000
    status, out = reconciled()
    assert (status, "stripe: 2 clear, 0 do not" in out) == (0, True), out


def test_a_pending_refund_ends_with_stripes_message(shop, stripe, start):
    _, session_id = start()
    stripe.pay(session_id)
    stripe.deliver()
    stripe.refund_state = "pending"
    refund = shop.refund().json
    assert refund["status"] == "pending"
    stripe.settle_refunds("succeeded")
    stripe.deliver()
    assert shop.get(f"/refunds/{refund['id']}/")["status"] == "completed"


def test_a_refund_whose_answer_was_lost_is_sent_once(shop, stripe, start):
    _, session_id = start()
    stripe.pay(session_id)
    stripe.deliver()
    stripe.fail("/v1/refunds", times=9, lost=True)
    assert shop.refund().json["status"] == "approved"
    assert len(stripe.refunds) <= 1
    stripe.faults.clear()
    with time_machine.travel(now() + timedelta(minutes=5)):
        shop.run("look_after_refunds")
    assert (len(stripe.refunds), len(shop.said(PaymentRefunded))) == (1, 1)


def test_a_refund_is_known_again_after_stripe_forgot_its_key(shop, stripe, start):
    _, session_id = start({"product": "seat", "quantity": 5})
    stripe.pay(session_id)
    stripe.deliver()
    stripe.fail("/v1/refunds", times=2, lost=True, method="POST")
    assert shop.refund(seats=2).json["status"] == "approved"
    assert len(stripe.refunds) == 1
    stripe.keys.clear()
    with time_machine.travel(now() + timedelta(minutes=5)):
        shop.run("look_after_refunds")
    assert (len(stripe.refunds), len(shop.said(PaymentRefunded))) == (1, 1)


def test_what_stripe_will_not_refund_keeps_its_seats(shop, stripe, start):
    _, session_id = start()
    stripe.charges[stripe.pay(session_id)]["amount"] = 2_000_000
    stripe.deliver()
    stripe.charges[next(iter(stripe.charges))]["status"] = "failed"
    answer = shop.refund()
    assert (answer.status_code, answer.json["code"]) == (409, "refund_declined")
    assert shop.available() == 1


def test_what_does_not_clear_is_named(shop, stripe, start, reconciled):
    _, session_id = start()
    stripe.pay(session_id)
    status, out = reconciled()
    assert (status, "stripe: 0 clear, 1 do not" in out) == (1, True), out
    stripe.deliver()
    assert reconciled()[0] == 0


TROUBLE = (
    {"status": 500},
    {"status": 429},
    {"status": 401},
    {"status": 302},
    {"status": 200, "body": "<html>"},
    {"status": 200, "body": "[]"},
    {"status": 200, "body": '{"id": "cs_1", "object": "checkout.session"}'},
    {"hang": True},
)


@pytest.mark.parametrize("how", TROUBLE, ids=str)
def test_a_stripe_in_trouble_leaves_a_page_that_can_be_tried_again(shop, stripe, how):
    checkout_id = shop.checkout(SEAT, method="card")
    stripe.fail("/v1/checkout", times=9, **how)
    page = shop.client.post(f"/pay/{checkout_id}")
    assert (page.status_code, "Nothing was charged" in page.text) == (503, True)
    stripe.faults.clear()
    assert shop.client.post(f"/pay/{checkout_id}").status_code == 303


def test_a_session_of_another_amount_or_key_is_nonsense(shop, stripe, start):
    checkout_id, session_id = start()
    for name, value in (("amount_total", 1), ("currency", "xxl")):
        kept = stripe.keys[f"checkout-{checkout_id}"][1]
        right = kept[name]
        kept[name] = value
        assert shop.client.post(f"/pay/{checkout_id}").status_code == 503
        kept[name] = right
    stripe.sessions[session_id]["client_reference_id"] = "another"
    stripe.pay(session_id)
    assert stripe.deliver() == [503, 503]
    assert shop.said(PaymentCompleted) == []
