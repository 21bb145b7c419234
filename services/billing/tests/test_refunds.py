"""A platform administrator refunds: seats that are free, exactly what they cost, and once."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from billing import rules
from billing.errors import SeatsAssigned
from chassis.clock import now
from chassis.money import Money
from contracts.events.billing import CreditNoteIssued, PaymentRefunded, SeatsRefunded

ALL_FIVE = {"product": "seat", "quantity": 5, "months": 3}


def test_some_seats_go_back_with_a_credit_note_and_the_rest_stays(quick):
    quick.buy(ALL_FIVE)
    answer = quick.refund(seats=2)
    assert answer.status_code == 201, answer.text
    refund = answer.json
    assert (refund["status"], refund["amount"], refund["currency"]) == ("completed", 120000, "KES")
    assert refund["credit_note_number"] == f"CN-{now().year}-001"
    assert quick.available() == 3
    assert quick.balances() == {"cash_clearing:sandbox": 18_000_000, "deferred_revenue:seat": -18_000_000}
    [note] = quick.said(CreditNoteIssued)
    assert (note.total_minor, note.invoice_number[:4]) == (12_000_000, "INV-")
    [refunded] = quick.said(PaymentRefunded)
    assert (refunded.amount_minor, refunded.credited) == (12_000_000, False)
    assert [event.quantity for event in quick.said(SeatsRefunded)] == [2]
    assert quick.seats.retired == {refund["id"]: 2}


def test_everything_that_is_left_goes_back_when_nothing_is_named(quick):
    quick.buy(ALL_FIVE)
    quick.refund(seats=2)
    assert quick.refund().json["amount"] == 180000
    assert (quick.available(), quick.balances()) == (0, {})
    again = quick.refund()
    assert (again.status_code, again.json["code"]) == (409, "more_than_sold")


def test_months_that_have_begun_stay_paid_when_only_unused_ones_go_back(quick):
    quick.buy(ALL_FIVE)
    with time_machine.travel(now() + timedelta(days=40)):
        answer = quick.refund(seats=1, months="unused")
        assert answer.json["amount"] == 20000
    with time_machine.travel(now() + timedelta(days=80)):
        late = quick.refund(seats=1, months="unused")
        assert (late.status_code, late.json["code"]) == (409, "window_ended")
    with time_machine.travel(now() + timedelta(days=100)):
        assert quick.refund(seats=1).json["code"] == "window_ended"
        quick.run("expire_grants")
        assert quick.balances() == {"cash_clearing:sandbox": 28_000_000, "revenue:seat": -28_000_000}


def test_seats_that_students_hold_are_a_conflict_and_nothing_moves(quick):
    quick.buy(ALL_FIVE)
    before = quick.balances()
    quick.seats.refuse = SeatsAssigned
    answer = quick.refund(seats=5, key="k")
    assert (answer.status_code, answer.json["code"]) == (409, "seats_assigned")
    assert (quick.available(), quick.balances(), quick.till.refunds) == (5, before, {})
    quick.seats.refuse = None
    assert quick.refund(seats=5, key="k").status_code == 201, "asked again when they are free"


def test_money_that_paid_for_nothing_goes_back_without_a_credit_note(quick):
    checkout_id = quick.checkout(ALL_FIVE)
    quick.pay(checkout_id, quick.attempt(checkout_id), quick.attempt(checkout_id))
    [second] = quick.get("/payments/", status="unapplied")["items"]
    assert quick.get(f"/payments/{second['id']}/")["credit"] == 300000
    assert quick.refund(payment=second["id"], amount=100000.55).json["amount"] == 100000.55
    too_much = quick.refund(payment=second["id"], amount=200000)
    assert (too_much.status_code, too_much.json["code"]) == (409, "more_than_paid")
    assert quick.refund(payment=second["id"]).json["amount"] == 199999.45
    assert quick.balances() == {"cash_clearing:sandbox": 30_000_000, "deferred_revenue:seat": -30_000_000}
    assert [event.credited for event in quick.said(PaymentRefunded)] == [True, True]
    assert quick.get("/credit-notes/")["total"] == 0


@pytest.mark.env(TAX_RATE_PERCENT="16")
def test_tax_goes_back_with_what_was_taxed(quick):
    quick.buy({"product": "seat", "quantity": 3, "months": 1})
    quick.refund(seats=1)
    [note] = quick.get("/credit-notes/")["items"]
    assert (note["net"], note["tax"], note["total"]) == (20000, 3200, 23200)
    assert (note["lines"][0]["description"], note["lines"][0]["tax_rate"]) == ("Sponsored seat, 1 seat for 1 month", 16)
    quick.refund()
    assert quick.balances() == {}


@given(
    tax=st.integers(0, 10**9),
    net=st.integers(1, 10**9),
    parts=st.lists(st.integers(1, 50), min_size=1, max_size=12),
)
def test_the_parts_of_a_refund_are_the_whole_and_each_within_a_cent(tax, net, parts):
    for whole in (tax, net):
        left, units, back = Money(whole, "KES"), sum(parts), []
        for part in parts:
            back.append(rules.part_of(left, part, units))
            left, units = left - back[-1], units - part
        assert sum(money.minor for money in back) == whole
        exact = [whole * part / sum(parts) for part in parts]
        assert all(abs(money.minor - share) < len(parts) for money, share in zip(back, exact, strict=True))


def test_the_statement_opens_moves_and_closes_to_the_ledger(quick):
    quick.buy(ALL_FIVE)
    quick.refund(seats=2)
    [statement] = quick.get("/ledger/statement/")["items"]
    moved = sorted((move["kind"], move["amount"]) for move in statement["movements"])
    assert moved == [("credit_note", -120000), ("invoice", 300000), ("payment", -300000), ("refund", 120000)]
    owed = quick.rows(
        "select sum(amount_minor) from ledger_entries join ledger_accounts on id = account_id "
        "where code in ('receivable', 'customer_credit')"
    )
    assert (statement["opening"], statement["closing"], owed) == (0, 0, [(0,)])
