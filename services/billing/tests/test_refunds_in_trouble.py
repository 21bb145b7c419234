"""A refund asked for twice, by the wrong people, of somebody silent or who says no: nothing is lost or done twice."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from billing.clients.payment_gateway import Refund as ProviderRefund
from billing.errors import ProviderUnavailable, RefundDeclined, SeatsUnavailable
from chassis.clock import now
from chassis.ids import new_id
from chassis.testing import headers_of
from contracts.events.billing import CreditNoteIssued, PaymentRefunded, SeatsExpired, SeatsRefunded

ALL_FIVE = {"product": "seat", "quantity": 5, "months": 3}


def test_nobody_knows_whether_seats_are_free_while_programs_is_silent(quick):
    quick.buy(ALL_FIVE)
    quick.seats.refuse = SeatsUnavailable
    answer = quick.refund(key="k")
    assert (answer.status_code, answer.json["code"]) == (503, "seats_unavailable")
    assert quick.available() == 0, "they are held while somebody may ask again"
    quick.seats.refuse = None
    assert quick.refund(key="k").json["status"] == "completed"
    assert len(quick.said(PaymentRefunded)) == 1


def test_a_refund_nobody_comes_back_for_is_given_up_and_its_seats_with_it(quick):
    quick.buy(ALL_FIVE)
    quick.seats.refuse = SeatsUnavailable
    quick.refund()
    quick.seats.refuse = None
    quick.run("look_after_refunds")
    assert quick.available() == 0
    with time_machine.travel(now() + timedelta(minutes=11)):
        quick.run("look_after_refunds")
        assert quick.available() == 5
    [refund] = quick.get("/refunds/")["items"]
    assert (refund["status"], refund["failure"]) == ("failed", "given_up")
    assert quick.seats.returned == {refund["id"]: 5}


def test_the_same_key_refunds_once_and_is_answered_alike(quick):
    quick.buy(ALL_FIVE)
    first, second = quick.refund(seats=1, key="k"), quick.refund(seats=1, key="k")
    assert (first.data, second.headers["Idempotent-Replayed"]) == (second.data, "true")
    assert quick.refund(seats=2, key="k").status_code == 422
    assert len(quick.said(PaymentRefunded)) == 1


def test_a_refund_whose_maker_died_is_gone_on_with_by_the_same_request(quick):
    quick.buy(ALL_FIVE)
    quick.seats.refuse = KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        quick.refund(seats=1, key="k")
    quick.seats.refuse = None
    other = quick.refund(seats=2, key="k")
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert quick.refund(seats=1, key="k").status_code == 201
    assert len(quick.till.refunds) == 1


def test_a_provider_that_is_silent_is_asked_again_until_it_answers(quick):
    quick.buy(ALL_FIVE)
    quick.till.refund_answer = ProviderUnavailable
    assert quick.refund().json["status"] == "approved"
    quick.till.refund_answer = "succeeded"
    with time_machine.travel(now() + timedelta(minutes=1)):
        quick.run("look_after_refunds")
        quick.run("look_after_refunds")
    assert quick.get("/refunds/")["items"][0]["status"] == "completed"
    assert len(quick.said(PaymentRefunded)) == 1


@pytest.mark.parametrize("answer", ["failed", RefundDeclined])
def test_a_provider_that_declines_leaves_everything_as_it_was(quick, answer):
    quick.buy(ALL_FIVE)
    before = quick.balances()
    quick.till.refund_answer = answer
    refused = quick.refund(seats=2)
    assert (refused.status_code, refused.json["code"]) == (409, "refund_declined")
    assert (quick.available(), quick.balances()) == (5, before)
    assert list(quick.seats.returned.values()) == [2]
    assert quick.said(PaymentRefunded, CreditNoteIssued, SeatsRefunded) == []
    quick.till.refund_answer = "succeeded"
    assert quick.refund().json["amount"] == 300000


def test_a_pending_refund_that_fails_after_the_window_ended_is_earned(quick):
    quick.buy(ALL_FIVE)
    quick.till.refund_answer = "pending"
    assert quick.refund(seats=2).json["status"] == "pending"
    with time_machine.travel(now() + timedelta(days=100)):
        quick.run("expire_grants")
        assert quick.balances()["deferred_revenue:seat"] == -12_000_000
        quick.till.settle_refunds("failed")
        quick.run("look_after_refunds")
        assert quick.balances() == {"cash_clearing:sandbox": 30_000_000, "revenue:seat": -30_000_000}
    assert len(quick.said(SeatsExpired)) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"seats": [{"grant_id": "01890000-0000-7000-8000-000000000000", "quantity": 1}]},
        {"amount": 5},
        {"reference": "FT1"},
        {"seats": []},
        {"months": "some"},
        {"reason": " "},
        {"what": 1},
        {"seats": [{"grant_id": "x", "quantity": 0}]},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(quick, body):
    quick.buy(ALL_FIVE)
    answer = quick.refund(**body)
    assert answer.status_code == 422, answer.text
    assert (quick.available(), quick.till.refunds) == (5, {})


def test_more_seats_than_were_bought_do_not_go_back(quick):
    quick.buy(ALL_FIVE)
    assert quick.refund(seats=6).json["code"] == "more_than_sold"


def test_only_the_platform_refunds_with_a_key_and_everybody_their_own(quick):
    quick.buy(ALL_FIVE)
    payment = quick.payment()
    url = f"/api/v1/billing/payments/{payment}/refund/"
    body = {"reason": "No longer needed."}
    key = {"Idempotency-Key": "k"}
    assert quick.client.post(url, json=body, headers={**quick.headers, **key}).status_code == 403
    without = quick.client.post(url, json=body, headers=headers_of(("platform",)))
    assert (without.status_code, without.json["code"]) == (400, "idempotency_key_required")
    elsewhere = headers_of(("platform",), organization=new_id())
    assert quick.client.post(url, json=body, headers={**elsewhere, **key}).status_code == 404
    assert quick.refund(payment=str(new_id())).status_code == 404
    refund = quick.refund().json["id"]
    stranger = headers_of(("billing.read",), organization=new_id())
    for path in (f"/refunds/{refund}/", f"/payments/{payment}/"):
        assert quick.client.get(f"/api/v1/billing{path}", headers=stranger).status_code == 404
    assert quick.client.get("/api/v1/billing/refunds/", headers=stranger).json["total"] == 0
    assert quick.get("/refunds/")["total"] == 1


def test_a_refund_of_the_provider_that_is_not_ours_changes_nothing(quick):
    quick.buy(ALL_FIVE)
    quick.till.refund_answer = "pending"
    refund = quick.refund(seats=1).json["id"]
    found = quick.till.refunds[UUID(refund)]
    quick.till.refunds[UUID(refund)] = ProviderRefund(
        id=found.id, key=found.key, attempt=found.attempt, state="succeeded", amount_minor=1, currency="KES"
    )
    with time_machine.travel(now() + timedelta(minutes=1)):
        quick.run("look_after_refunds")
    assert quick.get(f"/refunds/{refund}/")["status"] == "pending"
    assert quick.said(PaymentRefunded) == []
