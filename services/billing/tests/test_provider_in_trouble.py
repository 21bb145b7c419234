"""The provider is slow, broken, lying or gone; or its word never arrives. Nothing is lost, nothing given twice."""

import json
import threading
from datetime import timedelta

import pytest
import time_machine
from werkzeug.wrappers import Response

from chassis.clock import now
from contracts.events.billing import InvoiceIssued, PaymentCompleted, PaymentFailed, SeatsGranted


def answering(status, body=b"{}", headers=None):
    """A provider that always says the same."""
    return Response(body, status, headers={"content-type": "application/json", **(headers or {})})


def session_of(checkout_id, **other):
    return json.dumps({"id": "ss_1", "key": checkout_id, "url": "https://pay.example/", "state": "open", **other})


def test_a_provider_that_refuses_leaves_a_page_that_can_be_tried_again(shop, serve):
    checkout_id = shop.checkout()
    working = shop.sandbox.url
    for status in (500, 502, 503, 404, 401, 429, 302):
        with serve(answering(status)) as url:
            shop.use_provider(url)
            page = shop.client.post(f"/pay/{checkout_id}")
        assert page.status_code == 503
        assert "does not answer right now. Nothing was charged" in page.text
        assert f'action="/pay/{checkout_id}"' in page.text

    shop.use_provider(working)
    shop.at_provider(shop.press_pay(checkout_id), "pay")
    shop.deliver()
    assert shop.state(checkout_id) == "paid"


def test_a_provider_that_hangs_or_is_gone_holds_nobody_up(shop, serve):
    checkout_id = shop.checkout()
    hang = threading.Event()

    def hanging(environ, start):
        hang.wait(5)
        return answering(200)(environ, start)

    with serve(hanging) as url:
        shop.use_provider(url, timeout=(0.2, 0.2))
        assert shop.client.post(f"/pay/{checkout_id}").status_code == 503
        # Nothing was open while we waited: the database is free for everybody else.
        assert shop.state(checkout_id) == "open"
        hang.set()
    shop.use_provider("http://127.0.0.1:9", timeout=(0.2, 0.2))
    assert shop.client.post(f"/pay/{checkout_id}").status_code == 503
    assert shop.client.get(f"/pay/{checkout_id}/return").status_code == 200


TOY_MONEY = {"id": "p", "outcome": "paid", "amount_minor": 1, "currency": "XXL", "at": "2026-01-01T00:00:00Z"}
NONSENSE = (
    "",
    "[]",
    "<html>",
    '{"id": "ss_1"}',
    session_of("01890000-0000-7000-8000-000000000000"),
    session_of("CHECKOUT", url="javascript:alert(1)"),
    session_of("CHECKOUT", state="refunded"),
    session_of("CHECKOUT", attempts=[TOY_MONEY]),
)


def test_an_answer_that_makes_no_sense_is_no_answer(shop, serve):
    checkout_id = shop.checkout()
    for body in NONSENSE:
        with serve(answering(201, body.replace("CHECKOUT", checkout_id))) as url:
            shop.use_provider(url)
            assert shop.client.post(f"/pay/{checkout_id}").status_code == 503
    assert shop.state(checkout_id) == "open"
    assert shop.said() == []


def test_a_lost_webhook_is_made_up_for(shop):
    checkout_id = shop.checkout()
    shop.at_provider(shop.press_pay(checkout_id), "pay")
    shop.run("settle_open_payments")
    assert shop.state(checkout_id) == "open"  # it is early yet, the webhook may still come
    with time_machine.travel(now() + timedelta(minutes=2)):
        shop.run("settle_open_payments")
    assert shop.state(checkout_id) == "paid"
    shop.deliver()
    assert len(shop.said(SeatsGranted)) == 1


def test_a_session_whose_opening_we_did_not_live_to_note_is_found_by_its_key(shop):
    checkout_id = shop.checkout()
    shop.at_provider(shop.press_pay(checkout_id), "pay")
    shop.change("update checkouts set session_id = null")
    with time_machine.travel(now() + timedelta(minutes=2)):
        shop.run("settle_open_payments")
    assert shop.state(checkout_id) == "paid"


def test_a_provider_that_is_down_postpones_the_settling(shop):
    checkout_id = shop.checkout()
    shop.at_provider(shop.press_pay(checkout_id), "pay")
    address = shop.sandbox.url
    with time_machine.travel(now() + timedelta(hours=2)):
        shop.use_provider("http://127.0.0.1:9", timeout=(0.2, 0.2))
        shop.run("settle_open_payments")
        assert shop.state(checkout_id) == "open"  # past its time, but who knows whether it was paid
        shop.use_provider(address)
        shop.run("settle_open_payments")
        assert shop.state(checkout_id) == "paid"


def test_one_that_cannot_be_settled_does_not_keep_the_others(shop):
    poisoned, fine = shop.checkout(), shop.checkout()
    for checkout_id in (poisoned, fine):
        shop.at_provider(shop.press_pay(checkout_id), "pay")
    shop.change("update sandbox_sessions set currency = 'XXL' where key = :id", id=poisoned)
    with time_machine.travel(now() + timedelta(minutes=30)):
        shop.run("settle_open_payments")
        assert (shop.state(poisoned), shop.state(fine)) == ("open", "paid")


def test_a_session_the_provider_has_never_heard_of_expires(shop):
    checkout_id = shop.checkout()
    shop.press_pay(checkout_id)
    shop.change("update checkouts set session_id = 'ss_of_nobody'")
    with time_machine.travel(now() + timedelta(hours=2)):
        shop.run("settle_open_payments")
        assert shop.state(checkout_id) == "expired"


def test_a_checkout_nobody_pays_expires_and_says_so_once(shop):
    abandoned, opened = shop.checkout(), shop.checkout()
    page = shop.press_pay(opened)
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert "has expired" in shop.client.get(f"/pay/{abandoned}").text
        assert shop.client.post(f"/pay/{abandoned}").status_code == 409
        assert "has expired" in shop.client.get(page).text
        shop.run("settle_open_payments")
        shop.run("settle_open_payments")
        shop.deliver()
        assert {shop.state(abandoned), shop.state(opened)} == {"expired"}
    assert [event.reason for event in shop.said(PaymentFailed)] == ["expired", "expired"]
    assert shop.said(PaymentCompleted) == []


def test_money_that_comes_after_the_checkout_expired_still_buys_the_seats(quick):
    checkout_id = quick.checkout()
    quick.client.post(f"/pay/{checkout_id}")
    with time_machine.travel(now() + timedelta(minutes=61)):
        quick.run("settle_open_payments")
        assert quick.state(checkout_id) == "expired"
        quick.till.report(checkout_id, "paid", quick.attempt(checkout_id))
        quick.client.get(f"/pay/{checkout_id}/return")
        assert quick.state(checkout_id) == "paid"
    assert len(quick.said(SeatsGranted)) == len(quick.said(InvoiceIssued)) == 1


@pytest.mark.parametrize("other", [{"amount_minor": 29_999_999}, {"amount_minor": 30_000_001}, {"currency": "USD"}])
def test_money_of_another_amount_is_kept_for_the_payer_and_grants_nothing(quick, other):
    checkout_id = quick.checkout()
    quick.pay(checkout_id, quick.attempt(checkout_id, **other))
    assert quick.state(checkout_id) == "open"
    assert quick.said(SeatsGranted, InvoiceIssued) == []
    assert len(quick.said(PaymentCompleted)) == 1
    entries = quick.get("/ledger/")["items"]
    assert sorted(entry["account"] for entry in entries) == ["cash_clearing:sandbox", "customer_credit"]
    assert sum(entry["amount"] for entry in entries) == 0
    assert [row.reason for row in quick.rows("select reason from payments")] == ["other_amount"]


def test_a_checkout_paid_twice_grants_once_and_keeps_the_rest_for_the_payer(quick):
    checkout_id = quick.checkout()
    first, second = quick.attempt(checkout_id), quick.attempt(checkout_id)
    quick.pay(checkout_id, first, second)
    quick.client.get(f"/pay/{checkout_id}/return")
    assert len(quick.said(SeatsGranted)) == 1
    states = quick.rows("select state, reason from payments order by recorded_at")
    assert [tuple(row) for row in states] == [("completed", None), ("unapplied", "paid_twice")]
    [statement] = quick.get("/statements/")["items"]
    assert statement["closing"] == -300000
