"""The provider tells us something: once, twice, twenty times at once, late, in any order; or somebody else does."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from chassis.ids import new_id
from contracts.events.billing import InvoiceIssued, PaymentFailed, SeatsGranted

ORDERS = list(itertools.permutations(["session.declined", "session.paid", "session.expired"]))
URL = "/api/v1/billing/webhooks/sandbox/"


def signed(shop, body, *, event_id="evt_1", at=None, secret=None):
    """Headers of a webhook; the provider's own unless told otherwise."""
    at = at or datetime.now(UTC)
    signature = Webhook(secret or shop.settings.gateway.webhook_secret).sign(event_id, at, body)
    return {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def message(checkout_id, kind="session.paid"):
    return json.dumps({"type": kind, "timestamp": "2026-01-01T00:00:00Z", "data": {"key": str(checkout_id)}})


def effects(shop):
    posted = shop.rows("select from ledger_transactions")
    return len(shop.said(SeatsGranted)), len(shop.said(InvoiceIssued)), len(posted)


def tell(record_property, found, once=(1, 1, 2)):
    """How many of the effects are missing, how many are too many."""
    pairs = list(zip(found, once, strict=True))
    record_property("effects_lost", sum(max(0, wanted - seen) for seen, wanted in pairs))
    record_property("effects_twice", sum(max(0, seen - wanted) for seen, wanted in pairs))
    assert found == once


def test_twenty_at_once_have_one_effect(shop, record_property):
    checkout_id = shop.checkout()
    shop.at_provider(shop.press_pay(checkout_id), "pay")
    body = message(checkout_id)
    headers = signed(shop, body)

    def send(_):
        return shop.client.post(URL, data=body, headers=headers).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    # Those that had to wait too long for the provider are told to come again, and then find it done.
    assert set(answers) <= {204, 503}
    assert 204 in answers
    assert send(0) == 204
    record_property("callbacks", len(answers) + 1)
    record_property("at_once", len(answers))
    tell(record_property, effects(shop))


def test_different_messages_about_one_payment_have_one_effect(shop):
    checkout_id = shop.checkout()
    shop.at_provider(shop.press_pay(checkout_id), "pay")
    body = message(checkout_id)

    def send(number):
        return shop.client.post(URL, data=body, headers=signed(shop, body, event_id=f"evt_{number}")).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, range(8))) == {204}
    assert effects(shop) == (1, 1, 2)


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_of_messages_changes_nothing(quick, order, record_property):
    checkout_id = quick.checkout()
    quick.client.post(f"/pay/{checkout_id}")
    before = quick.attempt(checkout_id, "declined", at=datetime.now(UTC) - timedelta(minutes=1))
    quick.till.report(checkout_id, "paid", before, quick.attempt(checkout_id))
    for number, kind in enumerate(order):
        body = message(checkout_id, kind)
        headers = signed(quick, body, event_id=f"evt_{number}")
        assert quick.client.post(URL, data=body, headers=headers).status_code == 204
    assert quick.state(checkout_id) == "paid"
    record_property("orders", 1)
    tell(record_property, effects(quick))
    assert [event.reason for event in quick.said(PaymentFailed)] == ["declined"]


@pytest.mark.parametrize(
    "change",
    [
        lambda headers: {**headers, "webhook-signature": "v1,AAAA"},
        lambda headers: {**headers, "webhook-signature": "not base64 at all"},
        lambda headers: {**headers, "webhook-signature": "v1a," + headers["webhook-signature"][3:]},
        lambda headers: {**headers, "webhook-id": "evt_2"},
        lambda headers: {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)},
        lambda headers: {**headers, "webhook-timestamp": "soon"},
        lambda headers: {name: headers[name] for name in ("content-type", "webhook-id")},
        lambda headers: {},
    ],
)
def test_a_forged_message_is_refused_and_changes_nothing(quick, change, record_property):
    checkout_id = quick.checkout()
    quick.client.post(f"/pay/{checkout_id}")
    quick.till.report(checkout_id, "paid", quick.attempt(checkout_id))
    body = message(checkout_id)
    answer = quick.client.post(URL, data=body, headers=change(signed(quick, body)))
    record_property("forged", 1)
    record_property("forged_accepted", int(answer.status_code != 401))
    assert answer.status_code == 401
    assert quick.state(checkout_id) == "open"
    assert quick.rows("select from provider_events") == []


def test_another_body_another_secret_and_another_time_are_forged_too(quick, record_property):
    checkout_id = quick.checkout()
    body = message(checkout_id)
    now = datetime.now(UTC)
    tries = [
        (message(checkout_id, "session.expired"), signed(quick, body)),
        (body, signed(quick, body, secret="whsec_" + "QUFB" * 8)),
        (body, signed(quick, body, at=now - timedelta(minutes=6))),
        (body, signed(quick, body, at=now + timedelta(minutes=6))),
    ]
    answers = [quick.client.post(URL, data=sent, headers=headers).status_code for sent, headers in tries]
    record_property("forged", len(answers))
    record_property("forged_accepted", len(answers) - answers.count(401))
    assert answers == [401] * 4
    assert quick.said() == []


def test_a_signed_lie_is_only_a_hint(quick):
    checkout_id = quick.checkout()
    quick.client.post(f"/pay/{checkout_id}")
    body = message(checkout_id)
    assert quick.client.post(URL, data=body, headers=signed(quick, body)).status_code == 204
    assert quick.state(checkout_id) == "open"
    assert quick.said() == []


def test_a_signed_message_about_nothing_of_ours_is_taken_and_forgotten(quick):
    body = message(new_id())
    assert quick.client.post(URL, data=body, headers=signed(quick, body)).status_code == 204
    assert quick.said() == []


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"type": 1}', '{"type": "x", "data": {"key": "1"}}', "\u0000"])
def test_a_signed_message_that_makes_no_sense_is_refused(quick, body):
    assert quick.client.post(URL, data=body, headers=signed(quick, body)).status_code == 400


def test_a_message_of_another_size_or_provider_is_refused(quick):
    body = "x" * 70_000
    assert quick.client.post(URL, data=body, headers=signed(quick, body)).status_code == 413
    body = message(new_id())
    other = "/api/v1/billing/webhooks/stripe/"
    assert quick.client.post(other, data=body, headers=signed(quick, body)).status_code == 404


def test_a_message_that_cannot_be_settled_now_is_asked_for_again(shop):
    checkout_id = shop.checkout()
    shop.at_provider(shop.press_pay(checkout_id), "pay")
    body = message(checkout_id)
    address = shop.sandbox.url
    shop.use_provider("http://127.0.0.1:9", timeout=(0.2, 0.2))
    answer = shop.client.post(URL, data=body, headers=signed(shop, body))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert shop.state(checkout_id) == "open"
    shop.use_provider(address)
    assert shop.client.post(URL, data=body, headers=signed(shop, body)).status_code == 204
    assert shop.state(checkout_id) == "paid"
