"""M-Pesa's story from the checkout to the books: a prompt on a phone, and a provider that signs nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from billing.clients.daraja import DarajaGateway
from billing.clients.gateways import Gateways
from billing.settings import Settings
from chassis.clock import now
from chassis.wiring import provide
from contracts.events.billing import InvoiceIssued, PaymentCompleted, PaymentFailed, PaymentRefunded, SeatsGranted

SEAT = {"product": "seat", "quantity": 1}
PHONE = "0712 345 678"


@pytest.fixture
def start(shop, mpesa):
    """Open a checkout by M-Pesa, give a number, and have the worker ring; its id."""

    def run(*items, ring=True):
        checkout_id = shop.checkout(*(items or (SEAT,)), method="mpesa")
        answer = shop.client.post(f"/pay/{checkout_id}", data={"phone": PHONE})
        assert (answer.status_code, answer.location[-36:]) == (303, checkout_id), answer.text
        if ring:
            shop.run("send_prompts")
        return checkout_id

    return run


@pytest.fixture
def later(shop):
    """Run a job some time from now."""

    def run(name, **after):
        with time_machine.travel(now() + timedelta(**after)):
            shop.run(name)

    return run


def pushes(shop):
    return shop.rows("select state, phone from mpesa_pushes order by wanted_at")


def test_a_phone_buys_seats(shop, mpesa, start):
    checkout_id = start()
    [asked] = mpesa.called("stkpush/")
    assert (asked["Amount"], asked["PhoneNumber"]) == (20_000, "254712345678")
    receipt = mpesa.answer_phone()
    assert shop.state(checkout_id) == "open"
    assert mpesa.deliver() == [200]
    assert (shop.state(checkout_id), shop.available()) == ("paid", 1)
    [payment] = shop.said(PaymentCompleted)
    assert (payment.amount_minor, payment.currency, payment.method) == (2_000_000, "KES", "mpesa")
    assert len(shop.said(SeatsGranted)) == len(shop.said(InvoiceIssued)) == 1
    assert shop.balances() == {"cash_clearing:daraja": 2_000_000, "deferred_revenue:seat": -2_000_000}
    assert shop.rows("select reference from payments") == [(asked["AccountReference"],)]
    assert shop.rows("select receipt, phone from mpesa_pushes") == [(receipt, None)]


def test_the_page_asks_for_a_number_waits_and_says_that_it_is_paid(shop, mpesa):
    checkout_id = shop.checkout(SEAT, method="mpesa")
    page = shop.client.get(f"/pay/{checkout_id}")
    assert ('name="phone"' in page.text, page.headers.get("Refresh")) == (True, None)
    shop.client.post(f"/pay/{checkout_id}", data={"phone": PHONE})
    assert mpesa.calls == []  # nobody's request waits for M-Pesa
    page = shop.client.get(f"/pay/{checkout_id}")
    assert ("Look at your phone" in page.text, page.headers["Refresh"]) == (True, "5")
    shop.run("send_prompts")
    mpesa.answer_phone("1032")
    mpesa.deliver()
    page = shop.client.get(f"/pay/{checkout_id}")
    assert ("try again" in page.text, 'name="phone"' in page.text, page.headers.get("Refresh")) == (True, True, None)
    shop.client.post(f"/pay/{checkout_id}", data={"phone": PHONE})
    shop.run("send_prompts")
    mpesa.answer_phone()
    mpesa.deliver()
    page = shop.client.get(f"/pay/{checkout_id}")
    assert ("is paid" in page.text, page.headers.get("Refresh")) == (True, None)


@pytest.mark.parametrize("typed", ["", "12", "+1 650 253 0000", "0203 123 456", "0712 345 678 ext 1", "x" * 5000])
def test_only_a_kenyan_mobile_number_is_rung(shop, mpesa, typed):
    checkout_id = shop.checkout(SEAT, method="mpesa")
    page = shop.client.post(f"/pay/{checkout_id}", data={"phone": typed})
    assert (page.status_code, "Kenyan mobile number" in page.text) == (422, True)
    shop.run("send_prompts")
    assert (pushes(shop), mpesa.calls) == ([], [])


def test_pressing_often_rings_once(shop, mpesa, start):
    checkout_id = start(ring=False)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: shop.client.post(f"/pay/{checkout_id}", data={"phone": PHONE}), range(8)))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: shop.run("send_prompts"), range(4)))
    assert len(mpesa.prompts) == 1


def test_a_checkout_rings_a_few_times_at_most(shop, mpesa, start):
    checkout_id = start()
    for _ in range(4):
        mpesa.answer_phone("1037")
        mpesa.deliver()
        assert shop.client.post(f"/pay/{checkout_id}", data={"phone": PHONE}).status_code == 303
        shop.run("send_prompts")
    mpesa.answer_phone("1037")
    mpesa.deliver()
    page = shop.client.post(f"/pay/{checkout_id}", data={"phone": PHONE})
    assert (page.status_code, "Too many tries" in page.text) == (422, True)


def test_what_mpesa_cannot_take_is_refused_at_once(shop, mpesa):
    answer = shop.order({"product": "seat", "quantity": 13}, method="mpesa")
    assert (answer.status_code, "at most KES 250,000.00" in answer.text) == (422, True), answer.text
    provide(shop.database, Settings, replace(shop.settings, tax_rate=Decimal("0.001")))
    answer = shop.order(SEAT, method="mpesa")
    assert (answer.status_code, "whole shillings only, not KES 20,000.20" in answer.text) == (422, True), answer.text
    assert shop.rows("select 1 from checkouts") == []
    assert shop.order(SEAT, method="card").status_code == 201


def test_a_lost_callback_is_made_up_for(shop, mpesa, start, later):
    checkout_id = start()
    mpesa.answer_phone()
    mpesa.due.clear()
    later("settle_open_payments", minutes=2)
    assert (shop.state(checkout_id), len(shop.said(PaymentCompleted))) == ("paid", 1)


def test_while_the_payer_hesitates_nothing_is_decided(shop, mpesa, start, later):
    checkout_id = start()
    later("settle_open_payments", minutes=2)
    assert (shop.state(checkout_id), pushes(shop)) == ("open", [("sent", None)])
    mpesa.answer_phone()
    later("settle_open_payments", minutes=6)
    assert shop.state(checkout_id) == "paid"


def test_a_callback_twenty_times_at_once_is_one_payment(shop, mpesa, start):
    checkout_id = start()
    mpesa.answer_phone()
    [(url, body)] = mpesa.due
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: mpesa.post(url, body), range(20)))
    assert set(answers) <= {200, 503}
    assert mpesa.deliver() == [200]
    assert (shop.state(checkout_id), shop.available(), len(shop.said(PaymentCompleted))) == ("paid", 1, 1)


def test_a_forged_callback_is_refused_and_a_lying_one_believed_in_nothing(shop, mpesa, start):
    checkout_id = start()
    mpesa.answer_phone()
    [(url, body)] = mpesa.due
    base, _, token = url.rstrip("/").rpartition("/")
    for forged in (token[:-1] + ("0" if token[-1] != "0" else "1"), "p" + "0" * 72, "x", token + "0", "é"):
        assert mpesa.post(f"{base}/{forged}/", body) == 401
    assert mpesa.post(f"{base}/", body) == 401
    told = body["Body"]["stkCallback"]
    for name, value in (("CheckoutRequestID", "ws_CO_other"), ("MerchantRequestID", "1-1-1")):
        assert mpesa.post(url, {"Body": {"stkCallback": {**told, name: value}}}) == 400
    cheap = [{"Name": "Amount", "Value": 1.0}]
    assert mpesa.post(url, {"Body": {"stkCallback": {**told, "CallbackMetadata": {"Item": cheap}}}}) == 400
    assert mpesa.post(url, {"nothing": 1}) == 400
    assert (shop.state(checkout_id), shop.said(PaymentCompleted)) == ("open", [])


def test_a_callback_that_says_paid_when_nobody_paid_changes_nothing(shop, mpesa, start):
    checkout_id = start()
    mpesa.answer_phone("1032")
    [(url, body)] = mpesa.due
    told = {**body["Body"]["stkCallback"], "ResultCode": 0}
    told["CallbackMetadata"] = {"Item": [{"Name": "Amount", "Value": 20000}]}
    assert mpesa.post(url, {"Body": {"stkCallback": told}}) == 200
    assert (shop.state(checkout_id), shop.said(PaymentCompleted)) == ("open", [])
    assert [event.reason for event in shop.said(PaymentFailed)] == ["declined"]


def test_callbacks_in_any_order_come_to_the_same(shop, mpesa, start):
    checkout_id = start()
    mpesa.answer_phone("1")
    mpesa.deliver()
    assert shop.state(checkout_id) == "open"
    first = mpesa.called("stkpush/")[0]
    shop.client.post(f"/pay/{checkout_id}", data={"phone": PHONE})
    shop.run("send_prompts")
    mpesa.answer_phone()
    mpesa.due.insert(1, (first["CallBackURL"], mpesa.due[0][1]))
    assert mpesa.deliver(times=2) == [200, 200, 400, 400]
    assert (shop.state(checkout_id), len(shop.said(PaymentCompleted)), len(shop.said(PaymentFailed))) == ("paid", 1, 1)


def test_an_answer_that_is_lost_rings_no_second_time(shop, mpesa, start):
    mpesa.fail("stkpush/", lost=True, status=504)
    checkout_id = start()
    shop.run("send_prompts")
    assert (len(mpesa.prompts), pushes(shop)) == (1, [("sending", "+254712345678")])
    mpesa.answer_phone()
    assert mpesa.deliver() == [200]
    assert shop.state(checkout_id) == "paid"


def test_answer_and_callback_lost_the_money_is_found_in_the_statement(shop, mpesa, start, later):
    mpesa.fail("stkpush/", lost=True, status=504)
    checkout_id = start()
    receipt = mpesa.answer_phone()
    mpesa.due.clear()
    later("settle_open_payments", minutes=2)
    assert shop.state(checkout_id) == "open"
    later("settle_open_payments", minutes=6)
    assert (shop.state(checkout_id), shop.rows("select receipt from mpesa_pushes")) == ("paid", [(receipt,)])


def test_a_prompt_that_never_rang_is_given_up_and_can_be_tried_again(shop, mpesa, start, later):
    mpesa.fail("stkpush/", hang=True)
    checkout_id = start()
    mpesa.released.set()
    later("settle_open_payments", minutes=6)
    assert pushes(shop) == [("lost", None)]
    assert shop.said(PaymentFailed) == []
    assert 'name="phone"' in shop.client.get(f"/pay/{checkout_id}").text


def test_money_for_a_prompt_that_was_given_up_still_counts(shop, mpesa, start, later):
    mpesa.fail("stkpush/", lost=True, status=504)
    checkout_id = start()
    [given_up] = mpesa.ringing()
    later("settle_open_payments", minutes=6)
    shop.client.post(f"/pay/{checkout_id}", data={"phone": "0722 000 000"})
    shop.run("send_prompts")
    assert [state for state, _ in pushes(shop)] == ["lost", "sent"]
    mpesa.answer_phone(prompt=given_up)
    assert mpesa.deliver() == [200]
    assert (shop.state(checkout_id), [state for state, _ in pushes(shop)]) == ("paid", ["paid", "sent"])
    mpesa.answer_phone()
    assert mpesa.deliver() == [200]
    assert shop.balances()["customer_credit"] == -2_000_000


def test_a_phone_that_is_busy_may_be_tried_again(shop, mpesa, start):
    start()
    second = start()
    assert [state for state, _ in pushes(shop)] == ["sent", "declined"]
    assert shop.state(second) == "open"


def test_a_daraja_that_is_busy_is_asked_again(shop, mpesa, start):
    mpesa.fail("stkpush/", status=500, body='{"errorCode": "500.003.02", "errorMessage": "System is busy"}')
    start()
    assert (mpesa.prompts, len(mpesa.called("stkpush/"))) == ({}, 1)
    shop.run("send_prompts")
    assert len(mpesa.prompts) == 1


def test_nobody_rings_for_what_was_paid_otherwise(shop, mpesa, start):
    checkout_id = start(ring=False)
    shop.change("update checkouts set state = 'cancelled', completed_at = now() where id = :id", id=checkout_id)
    shop.run("send_prompts")
    assert (pushes(shop), mpesa.prompts) == ([("lost", None)], {})


@pytest.mark.parametrize("how", ["gone", "no token"])
def test_while_daraja_is_out_of_reach_a_prompt_waits_its_turn(shop, mpesa, start, hire, how):
    if how == "gone":
        real = shop.database.provided[Gateways]
        away = replace(shop.mpesa_settings, url="http://127.0.0.1:9")
        hire(DarajaGateway(away, shop.database, timeout=(0.2, 0.2)), "mpesa")
    else:
        mpesa.fail("/oauth/", times=9, status=503)
    checkout_id = start()
    for _ in range(7):  # as often as opens the circuit
        shop.run("send_prompts")
    assert (pushes(shop), mpesa.prompts) == ([("wanted", "+254712345678")], {})
    assert "Look at your phone" in shop.client.get(f"/pay/{checkout_id}").text
    if how == "gone":
        provide(shop.database, Gateways, real)
    else:
        mpesa.faults.clear()
        hire(DarajaGateway(shop.mpesa_settings, shop.database), "mpesa")
    shop.run("send_prompts")
    assert len(mpesa.prompts) == 1


def test_an_ended_token_is_fetched_anew(shop, mpesa, start):
    checkout_id = start()
    mpesa.expire_tokens()
    mpesa.answer_phone()
    assert mpesa.deliver() == [200]
    assert shop.state(checkout_id) == "paid"
    assert len(mpesa.called("/oauth/")) == 2


def test_a_checkout_whose_time_is_over_rings_nobody_and_late_money_is_honoured(shop, mpesa, start, later):
    too_late = start(ring=False)
    later("send_prompts", minutes=61)
    assert mpesa.prompts == {}
    checkout_id = start()
    later("settle_open_payments", minutes=61)
    assert (shop.state(too_late), shop.state(checkout_id)) == ("expired", "expired")
    mpesa.answer_phone()
    assert mpesa.deliver() == [200]
    assert (shop.state(checkout_id), shop.available()) == ("paid", 1)


TROUBLE = (
    {"status": 500},
    {"status": 503},
    {"status": 302},
    {"status": 200, "body": "<html>"},
    {"status": 200, "body": '{"ResponseCode": "0"}'},
    {
        "status": 200,
        "body": '{"ResponseCode": "0", "ResultCode": "0", "MerchantRequestID": "1", "CheckoutRequestID": "another"}',
    },
    {"hang": True},
)


@pytest.mark.parametrize("how", TROUBLE, ids=str)
def test_a_daraja_in_trouble_decides_nothing(shop, mpesa, start, how, later):
    checkout_id = start()
    mpesa.answer_phone()
    mpesa.fail("stkpushquery/", times=9, **how)
    assert mpesa.deliver() == [503]
    assert (shop.state(checkout_id), shop.said()) == ("open", [])
    mpesa.faults.clear()
    later("settle_open_payments", minutes=2)
    assert shop.state(checkout_id) == "paid"


def bought(shop, mpesa, start):
    checkout_id = start({"product": "seat", "quantity": 5})
    mpesa.answer_phone()
    mpesa.deliver()
    assert shop.state(checkout_id) == "paid"


def test_a_refund_is_reversed_and_clears(shop, mpesa, start, reconciled):
    bought(shop, mpesa, start)
    refund = shop.refund(seats=2).json
    assert refund["status"] == "pending"
    mpesa.finish_reversals()
    assert mpesa.deliver(times=3) == [200] * 3
    [reversal] = mpesa.reversals.values()
    found = shop.get(f"/refunds/{refund['id']}/")
    assert (found["status"], found["reference"], reversal["Amount"]) == ("completed", reversal["receipt"], 40_000)
    assert len(shop.said(PaymentRefunded)) == 1
    assert shop.balances()["cash_clearing:daraja"] == 6_000_000
    status, out = reconciled()
    assert (status, "daraja: 2 clear, 0 do not" in out) == (0, True), out


def test_a_reversal_that_mpesa_refuses_gives_the_seats_back(shop, mpesa, start):
    bought(shop, mpesa, start)
    refund = shop.refund(seats=2).json
    mpesa.finish_reversals("1")
    mpesa.deliver()
    assert (shop.get(f"/refunds/{refund['id']}/")["status"], shop.available()) == ("failed", 5)


def test_the_lost_result_of_a_reversal_is_asked_for(shop, mpesa, start, later):
    bought(shop, mpesa, start)
    refund = shop.refund(seats=2).json
    later("look_after_refunds", minutes=2)
    mpesa.deliver()
    assert shop.get(f"/refunds/{refund['id']}/")["status"] == "pending"
    mpesa.finish_reversals()
    mpesa.due.clear()
    later("look_after_refunds", minutes=10)
    assert mpesa.deliver() == [200]
    assert shop.get(f"/refunds/{refund['id']}/")["status"] == "completed"


def test_a_reversal_whose_answer_was_lost_is_sent_once(shop, mpesa, start, later):
    bought(shop, mpesa, start)
    mpesa.fail("reversal/", lost=True, status=504)
    refund = shop.refund(seats=2).json
    assert refund["status"] == "approved"
    later("look_after_refunds", minutes=5)
    mpesa.finish_reversals()
    mpesa.deliver()
    assert (len(mpesa.reversals), shop.get(f"/refunds/{refund['id']}/")["status"]) == (1, "completed")


def test_a_refund_that_many_workers_take_up_is_one_reversal(shop, mpesa, start, later):
    start()
    mpesa.answer_phone()
    mpesa.due.clear()
    later("settle_open_payments", minutes=2)
    mpesa.fail("pulltransactions/", times=9)
    assert shop.refund().json["status"] == "approved"
    mpesa.faults.clear()
    with time_machine.travel(now() + timedelta(minutes=5)), ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: shop.run("look_after_refunds"), range(8)))
    assert (len(mpesa.reversals), len(mpesa.called("reversal/"))) == (1, 1)


def test_a_forged_result_of_a_reversal_is_refused(shop, mpesa, start):
    bought(shop, mpesa, start)
    refund = shop.refund(seats=2).json
    mpesa.finish_reversals()
    [(url, body)] = mpesa.due
    base, _, token = url.rstrip("/").rpartition("/")
    assert mpesa.post(f"{base}/p{token[1:]}/", body) == 401
    body["Result"]["ResultParameters"]["ResultParameter"][0]["Value"] = 1
    assert mpesa.post(url, body) == 400
    assert shop.get(f"/refunds/{refund['id']}/")["status"] == "pending"


def test_the_receipt_of_a_payment_whose_callback_was_lost_is_in_the_statement(shop, mpesa, start, later):
    start()
    receipt = mpesa.answer_phone()
    mpesa.due.clear()
    later("settle_open_payments", minutes=2)
    assert shop.refund().json["status"] == "pending"
    assert mpesa.called("reversal/")[0]["TransactionID"] == receipt


def test_money_that_nobody_was_asked_for_is_named(shop, mpesa, start, reconciled):
    bought(shop, mpesa, start)
    reference = mpesa.called("stkpush/")[0]["AccountReference"]
    mpesa.pay_by_hand(500, "SHOES")
    mpesa.pay_by_hand(100_000, reference)
    status, out = reconciled()
    assert (status, "daraja: 1 clear, 2 do not" in out) == (1, True), out
    assert "not_in_ledger, provider KES 500.00" in out


def test_mpesas_word_is_kept_for_longer_than_mpesa_tells_it(shop, mpesa, start, later):
    bought(shop, mpesa, start)
    later("reconcile", hours=20)
    later("reconcile", hours=70)
    assert shop.rows("select cleared from reconciliations where provider = 'daraja' and cleared > 0") != []
    assert shop.rows("select 1 from reconciliation_differences") == []


def test_nobodys_number_is_kept(shop, mpesa, start, later):
    mpesa.fail("stkpush/", lost=True, status=504)
    start()
    assert pushes(shop) == [("sending", "+254712345678")]
    later("send_prompts", minutes=6)
    mpesa.answer_phone()
    bought(shop, mpesa, start)
    for table in ("mpesa_pushes", "mpesa_statement", "provider_events", "payments", "outbox"):
        assert "712345678" not in str(shop.rows(f"select * from {table}"))  # noqa: S608
