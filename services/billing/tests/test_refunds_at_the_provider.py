"""Refunds over the provider's real HTTP: its states, its webhooks twenty times over, forged and stale."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests
import time_machine
from standardwebhooks import Webhook

from chassis.clock import now
from chassis.ids import new_id
from contracts.events.billing import CreditNoteIssued, PaymentRefunded, SeatsRefunded

WEBHOOKS = "/api/v1/billing/webhooks/sandbox/"


def bought(shop, outcome="pay"):
    checkout_id = shop.checkout()
    shop.at_provider(shop.press_pay(checkout_id), outcome)
    shop.deliver()


def signed(shop, body, *, secret=None, at=None, event=None):
    """Headers of a webhook of the provider (or of somebody who would like to be)."""
    event, at = event or f"evt_{new_id()}", at or datetime.fromtimestamp(int(time.time()), UTC)
    signature = Webhook(secret or shop.settings.gateway.webhook_secret).sign(event, at, body)
    return {
        "webhook-id": event,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
        "content-type": "application/json",
    }


def told(refund):
    return f'{{"type":"refund.succeeded","data":{{"id":"re_1","key":"{refund}","state":"succeeded"}}}}'


def test_a_refund_goes_through_at_once(shop):
    bought(shop)
    refund = shop.refund(seats=2).json
    assert (refund["status"], refund["reference"][:3]) == ("completed", "re_")
    shop.deliver()
    assert len(shop.said(PaymentRefunded)) == 1


def test_a_pending_refund_ends_with_the_providers_webhook(shop):
    bought(shop, "pay_refund_later")
    refund = shop.refund(seats=2).json
    assert refund["status"] == "pending"
    assert shop.said(PaymentRefunded) == []
    with time_machine.travel(now() + timedelta(seconds=6)):
        shop.deliver()
    assert shop.get(f"/refunds/{refund['id']}/")["status"] == "completed"
    assert len(shop.said(CreditNoteIssued)) == 1


def test_a_pending_refund_whose_webhook_is_lost_is_asked_for(shop):
    bought(shop, "pay_refund_later")
    refund = shop.refund(seats=2).json
    shop.change("update sandbox_refunds set state = 'succeeded', settled_at = now()")
    with time_machine.travel(now() + timedelta(minutes=1)):
        shop.run("look_after_refunds")
    assert shop.get(f"/refunds/{refund['id']}/")["status"] == "completed"


def test_a_payment_the_provider_will_not_refund_keeps_its_seats(shop):
    bought(shop, "pay_refund_never")
    answer = shop.refund(seats=2)
    assert (answer.status_code, answer.json["code"]) == (409, "refund_declined")
    assert shop.get("/entitlements/")["items"][0]["available"] == 5
    assert list(shop.seats.returned.values()) == [2]
    shop.deliver()
    assert shop.said(PaymentRefunded, SeatsRefunded) == []


def test_a_callback_twenty_times_at_once_refunds_once(shop, record_property):
    bought(shop, "pay_refund_later")
    refund = shop.refund(seats=2).json["id"]
    shop.change("update sandbox_refunds set state = 'succeeded', settled_at = now()")
    body = told(refund)
    same = signed(shop, body)
    calls = [same if number % 2 else signed(shop, body) for number in range(20)]
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda headers: shop.client.post(WEBHOOKS, data=body, headers=headers), calls))
    # Those that found the provider's few connections taken are told to come again, and do.
    again = [headers for answer, headers in zip(answers, calls, strict=True) if answer.status_code != 204]
    assert {answer.status_code for answer in answers} <= {204, 503}
    assert {shop.client.post(WEBHOOKS, data=body, headers=headers).status_code for headers in again} <= {204}
    record_property("callbacks", len(answers) + len(again))
    record_property("at_once", len(answers))
    [[posted]] = shop.rows("select count(*) from ledger_transactions where kind in ('refund', 'credit_note')")
    found = [len(shop.said(PaymentRefunded)), len(shop.said(CreditNoteIssued)), posted - 1]
    record_property("effects_lost", sum(number < 1 for number in found))
    record_property("effects_twice", sum(number > 1 for number in found))
    assert found == [1, 1, 1]


def test_forged_and_stale_callbacks_are_not_taken(shop, record_property):
    bought(shop, "pay_refund_later")
    refund = shop.refund(seats=2).json["id"]
    shop.change("update sandbox_refunds set state = 'succeeded', settled_at = now()")
    body = told(refund)
    forged = signed(shop, body, secret="whsec_dGhlIHdyb25nIHNlY3JldCBvZiBzb21lYm9keQ==")
    stale = signed(shop, body, at=datetime.fromtimestamp(int(time.time()) - 3600, UTC))
    tampered = signed(shop, told(new_id()))
    answers = [
        shop.client.post(WEBHOOKS, data=body, headers=headers).status_code for headers in (forged, stale, {}, tampered)
    ]
    record_property("forged", len(answers))
    record_property("forged_accepted", len(answers) - answers.count(401))
    assert answers == [401] * 4
    assert shop.said(PaymentRefunded) == []


def test_a_callback_about_a_refund_that_is_not_ours_changes_nothing(shop):
    body = told(new_id())
    assert shop.client.post(WEBHOOKS, data=body, headers=signed(shop, body)).status_code == 204
    assert shop.said() == []


def test_a_callback_that_says_too_much_is_only_a_hint(shop):
    bought(shop, "pay_refund_later")
    refund = shop.refund(seats=2).json["id"]
    body = told(refund)
    assert shop.client.post(WEBHOOKS, data=body, headers=signed(shop, body)).status_code == 204
    assert shop.get(f"/refunds/{refund}/")["status"] == "pending", "the provider itself says it is pending"


@pytest.fixture
def ask(shop):
    """The provider's API, as its client."""

    def post(body, key=None):
        headers = {"Authorization": f"Bearer {key or shop.settings.gateway.api_key}"}
        return requests.post(f"{shop.sandbox.url}/v1/refunds", json=body, headers=headers, timeout=10)

    return post


def test_the_sandbox_refunds_a_payment_no_more_than_once(shop, ask):
    bought(shop)
    [[attempt]] = shop.rows("select id from sandbox_attempts")
    whole = {"key": "a", "attempt": attempt, "amount_minor": 30_000_000, "currency": "KES"}
    assert ask({**whole, "amount_minor": 30_000_001}).status_code == 409
    assert ask({**whole, "currency": "USD"}).status_code == 409
    assert ask({**whole, "attempt": "pay_x"}).status_code == 404
    first = ask(whole)
    assert (first.status_code, first.json()["state"]) == (201, "succeeded")
    assert ask(whole).json() == first.json()
    assert ask({**whole, "amount_minor": 1}).status_code == 409
    assert ask({**whole, "key": "b", "amount_minor": 1}).status_code == 409
    assert ask(whole, key="wrong").status_code == 401
