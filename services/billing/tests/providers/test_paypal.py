"""PayPal's story from the checkout to the books: the payer approves there, the money is taken here."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from emulators.paypal_api import pair

from chassis.clock import now
from contracts.events.billing import InvoiceIssued, PaymentCompleted, PaymentFailed, PaymentRefunded, SeatsGranted

SEAT = {"product": "seat", "quantity": 1}


@pytest.fixture
def start(shop, paypal):
    """Open a checkout in dollars and press the button; its id and PayPal's."""
    shop.hear(shop.now_paying_in("USD"))

    def run(*items):
        checkout_id = shop.checkout(*(items or (SEAT,)), method="card")
        answer = shop.client.post(f"/pay/{checkout_id}")
        assert answer.status_code == 303, answer.text
        order_id = answer.location.rpartition("=")[2]
        assert answer.location == f"https://www.paypal.com/checkoutnow?token={order_id}"
        return checkout_id, order_id

    return run


def come_back(shop, checkout_id):
    return shop.client.get(f"/pay/{checkout_id}/return")


def test_an_approved_order_is_captured_and_buys_seats(shop, paypal, start):
    checkout_id, order_id = start()
    paypal.approve(order_id)
    assert paypal.deliver() == [204]
    [capture] = paypal.captures()
    assert (shop.state(checkout_id), shop.available(), capture["amount"]["value"]) == ("paid", 1, "155.00")
    assert paypal.deliver() == [204]
    [payment] = shop.said(PaymentCompleted)
    assert (payment.amount_minor, payment.currency) == (15_500, "USD")
    assert len(shop.said(SeatsGranted)) == len(shop.said(InvoiceIssued)) == 1
    assert shop.balances() == {"cash_clearing:paypal": 15_500, "deferred_revenue:seat": -15_500}
    assert shop.rows("select provider, reference from payments") == [("paypal", capture["id"])]


def test_the_payer_comes_back_before_any_message(shop, paypal, start):
    checkout_id, order_id = start()
    assert come_back(shop, checkout_id).status_code == 200
    assert paypal.captures() == []
    paypal.approve(order_id)
    assert come_back(shop, checkout_id).location == "https://sponsor.example/paid"
    assert shop.state(checkout_id) == "paid"


def test_every_press_leads_to_the_same_order(shop, paypal, start):
    checkout_id, order_id = start()
    assert shop.client.post(f"/pay/{checkout_id}").location.endswith(order_id)
    paypal.approve(order_id)
    assert shop.client.post(f"/pay/{checkout_id}").location.endswith(f"/pay/{checkout_id}/return")
    come_back(shop, checkout_id)
    assert (len(paypal.orders), len(paypal.captures())) == (1, 1)


def test_shillings_are_refused_at_once(shop, paypal):
    answer = shop.order(SEAT, method="card")
    assert (answer.status_code, "PayPal takes no KES" in answer.text) == (422, True)


def test_a_lost_message_is_made_up_for(shop, paypal, start):
    checkout_id, order_id = start()
    paypal.approve(order_id)
    paypal.events.clear()
    with time_machine.travel(now() + timedelta(minutes=2)):
        shop.run("settle_open_payments")
    assert (shop.state(checkout_id), len(paypal.captures()), len(shop.said(PaymentCompleted))) == ("paid", 1, 1)


def test_what_is_approved_when_the_time_is_over_is_never_taken(shop, paypal, start):
    checkout_id, order_id = start()
    paypal.approve(order_id)
    with time_machine.travel(now() + timedelta(minutes=61)):
        paypal.deliver()
        shop.run("settle_open_payments")
        come_back(shop, checkout_id)
    assert (shop.state(checkout_id), paypal.captures()) == ("expired", [])


def test_a_message_twenty_times_at_once_takes_the_money_once(shop, paypal, start):
    checkout_id, order_id = start()
    paypal.approve(order_id)
    [event] = paypal.events
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: paypal.post(event), range(20)))
    assert set(answers) <= {204, 503}
    assert paypal.post(event) == 204
    assert paypal.deliver(times=2)[-1] == 204
    assert (shop.state(checkout_id), len(paypal.captures()), len(shop.said(PaymentCompleted))) == ("paid", 1, 1)


def test_a_capture_whose_answer_was_lost_is_found(shop, paypal, start):
    checkout_id, order_id = start()
    paypal.approve(order_id)
    paypal.fail("/capture", times=2, lost=True, status=504)
    assert paypal.deliver() == [503]
    assert len(paypal.captures()) == 1
    assert paypal.deliver() == [204]
    assert (shop.state(checkout_id), len(shop.said(PaymentCompleted))) == ("paid", 1)


@pytest.mark.parametrize(
    "how",
    [
        {"signer": "somebody.example"},
        {"paypal_auth_algo": "SHA1withRSA"},
        {"paypal_transmission_sig": base64.b64encode(b"x" * 256).decode()},
        {"paypal_transmission_sig": "!"},
        {"paypal_transmission_id": "another"},
        {"paypal_transmission_time": "2020-01-01T00:00:00Z"},
        {"paypal_transmission_time": "soon"},
        {"paypal_cert_url": ""},
        {"paypal_cert_url": "http://127.0.0.1:9/v1/notifications/certs/CERT"},
        {"paypal_cert_url": "https://api.paypal.com.evil.example/v1/notifications/certs/CERT"},
        {"paypal_cert_url": "file:///etc/passwd"},
        {"paypal_cert_url": "http://[::1"},
    ],
    ids=str,
)
def test_what_paypal_did_not_sign_is_refused(shop, paypal, start, how):
    checkout_id, order_id = start()
    paypal.approve(order_id)
    assert paypal.post(paypal.events[0], **how) == 401
    assert (shop.state(checkout_id), paypal.captures()) == ("open", [])


def test_certificates_are_fetched_from_paypal_alone_once_and_never_large(shop, paypal, start):
    _, order_id = start()
    paypal.approve(order_id)
    [event] = paypal.events
    for elsewhere in (f"{paypal.url}/v2/certs/C", f"{paypal.url}/v1/notifications/certs/../../x", f"{paypal.url}@e.x/"):
        assert paypal.post(event, paypal_cert_url=elsewhere) == 401
    assert paypal.called("/certs/") == []
    for certificate, status in ((b"x" * 100_000, 503), (b"no certificate", 401)):
        paypal.certificate = certificate
        assert paypal.post(event) == status
    paypal.certificate = pair("api.paypal.com")[1]
    with time_machine.travel(now() + timedelta(days=400)):
        assert paypal.post(event) == 401
    assert [paypal.post(event) for _ in range(3)] == [204] * 3
    assert len(paypal.called("/certs/")) == 4


def test_messages_in_any_order_come_to_the_same(shop, paypal, start):
    checkout_id, order_id = start()
    paypal.approve(order_id)
    come_back(shop, checkout_id)
    paypal.events.reverse()
    assert paypal.deliver(times=3) == [204] * 6
    assert (shop.state(checkout_id), len(shop.said(PaymentCompleted))) == ("paid", 1)


def test_a_payer_whose_card_was_refused_chooses_another(shop, paypal, start):
    checkout_id, order_id = start()
    paypal.approve(order_id)
    paypal.refuses_to_capture = "INSTRUMENT_DECLINED"
    paypal.deliver()
    assert shop.state(checkout_id) == "open"
    paypal.refuses_to_capture = None
    assert shop.client.post(f"/pay/{checkout_id}").location.endswith(order_id)
    with time_machine.travel(now() + timedelta(seconds=30)):
        paypal.approve(order_id)
        paypal.deliver()
        assert (shop.state(checkout_id), shop.available()) == ("paid", 1)


@pytest.mark.parametrize("end", ["VOIDED", "DECLINED"])
def test_an_order_that_comes_to_nothing_ends_the_checkout(shop, paypal, start, end):
    checkout_id, order_id = start()
    if end == "VOIDED":
        paypal.void(order_id)
    else:
        paypal.capture_status = end
        paypal.approve(order_id)
    paypal.deliver()
    assert (shop.state(checkout_id), shop.said(PaymentCompleted)) == ("cancelled", [])
    assert "cancelled" in [event.reason for event in shop.said(PaymentFailed)]


def test_a_pending_capture_is_waited_for(shop, paypal, start):
    checkout_id, order_id = start()
    paypal.capture_status = "PENDING"
    paypal.approve(order_id)
    paypal.deliver()
    assert (shop.state(checkout_id), shop.said()) == ("open", [])
    paypal.decide("COMPLETED")
    paypal.deliver()
    assert shop.state(checkout_id) == "paid"


def test_an_order_of_another_amount_or_key_is_never_captured(shop, paypal, start):
    _, order_id = start()
    paypal.approve(order_id)
    [event] = paypal.events
    [unit] = paypal.orders[order_id]["purchase_units"]
    for name, value in (
        ("amount", {"currency_code": "USD", "value": "1.00"}),
        ("amount", {"currency_code": "EUR", "value": "155.00"}),
        ("amount", {"currency_code": "XXL", "value": "155.00"}),
        ("custom_id", "another"),
    ):
        right, unit[name] = unit[name], value
        assert paypal.post(event) == 503
        unit[name] = right
    assert (paypal.captures(), shop.said()) == ([], [])


def test_messages_about_what_is_not_ours_are_taken_and_forgotten(shop, paypal):
    assert paypal.post({"id": "WH-1", "event_type": "BILLING.PLAN.CREATED", "resource": {"id": "P-1"}}) == 204
    assert paypal.post({"id": "WH-1"}) == 400
    assert shop.rows("select 1 from provider_events") == []


def test_an_ended_token_is_fetched_anew(shop, paypal, start):
    checkout_id, order_id = start()
    paypal.approve(order_id)
    paypal.tokens.clear()
    assert paypal.deliver() == [204]
    assert shop.state(checkout_id) == "paid"


TROUBLE = (
    {"status": 500},
    {"status": 429},
    {"status": 403},
    {"status": 302},
    {"status": 200, "body": "<html>"},
    {"status": 200, "body": '{"id": "O", "status": "APPROVED"}'},
    {"hang": True},
)


@pytest.mark.parametrize("how", TROUBLE, ids=str)
def test_a_paypal_in_trouble_leaves_a_page_that_can_be_tried_again(shop, paypal, start, how):
    checkout_id = shop.checkout(SEAT, method="card")
    paypal.fail("/v2/checkout", times=9, **how)
    page = shop.client.post(f"/pay/{checkout_id}")
    assert (page.status_code, "Nothing was charged" in page.text) == (503, True)
    paypal.faults.clear()
    assert shop.client.post(f"/pay/{checkout_id}").status_code == 303


def bought(shop, paypal, start):
    _, order_id = start({"product": "seat", "quantity": 5})
    paypal.approve(order_id)
    paypal.deliver()
    assert shop.available() == 5


def test_a_refund_goes_back_and_clears(shop, paypal, start, reconciled):
    bought(shop, paypal, start)
    refund = shop.refund(seats=2).json
    assert (refund["status"], refund["reference"]) == ("completed", next(iter(paypal.refunds)))
    paypal.deliver(times=3)
    assert len(shop.said(PaymentRefunded)) == 1
    assert shop.balances()["cash_clearing:paypal"] == 46_500
    status, out = reconciled()
    assert (status, "paypal: 2 clear, 0 do not" in out) == (0, True), out


@pytest.mark.parametrize(("status", "ends"), [("COMPLETED", "completed"), ("FAILED", "failed")])
def test_a_pending_refund_ends_with_paypals_message(shop, paypal, start, status, ends):
    bought(shop, paypal, start)
    paypal.refund_status = "PENDING"
    refund = shop.refund(seats=2).json
    assert refund["status"] == "pending"
    paypal.settle_refunds(status)
    paypal.deliver()
    assert shop.get(f"/refunds/{refund['id']}/")["status"] == ends


def test_the_lost_message_of_a_refund_is_made_up_for(shop, paypal, start):
    bought(shop, paypal, start)
    paypal.refund_status = "PENDING"
    refund = shop.refund(seats=2).json
    paypal.settle_refunds("COMPLETED")
    paypal.events.clear()
    with time_machine.travel(now() + timedelta(minutes=1)):
        shop.run("look_after_refunds")
    assert shop.get(f"/refunds/{refund['id']}/")["status"] == "completed"


def test_a_refund_whose_answer_was_lost_is_sent_once(shop, paypal, start):
    bought(shop, paypal, start)
    paypal.fail("/refund", times=2, lost=True, status=504)
    assert shop.refund(seats=2).json["status"] == "approved"
    with time_machine.travel(now() + timedelta(minutes=5)):
        shop.run("look_after_refunds")
    assert (len(paypal.refunds), len(shop.said(PaymentRefunded))) == (1, 1)


def test_what_paypal_will_not_refund_keeps_its_seats(shop, paypal, start):
    bought(shop, paypal, start)
    paypal.captures()[0]["status"] = "REFUNDED"
    answer = shop.refund()
    assert (answer.status_code, answer.json["code"], shop.available()) == (409, "refund_declined", 5)


def test_money_that_nobody_booked_is_named(shop, paypal, start, reconciled):
    _, order_id = start()
    paypal.approve(order_id)
    paypal.fail("/capture", times=2, lost=True, status=504)
    paypal.deliver()
    status, out = reconciled()
    assert (status, "paypal: 0 clear, 1 do not" in out) == (1, True), out
    paypal.deliver()
    assert reconciled()[0] == 0
