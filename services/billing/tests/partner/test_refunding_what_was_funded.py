"""The platform refunds a payment that funded something: what is held goes back, what was released does not."""

from datetime import UTC, datetime

import pytest

from billing.errors import RefundDeclined
from contracts.events.billing import CreditNoteIssued, FundsReversed, PaymentRefunded


@pytest.fixture
def program(partner):
    """Active, of 100,000 for ten months from March."""
    program = partner.program(100_000)
    partner.program_is(program, "active", 100_000)
    return program


def test_all_of_it_goes_back_with_a_credit_note(partner, program):
    payment = partner.fund(60_000, program_id=program)
    back = partner.shop.refund(payment=payment)
    assert back.status_code == 201, back.text
    assert (back.json["status"], back.json["amount"]) == ("completed", 60_000)
    assert back.json["funds"] == [{"program_id": program, "amount": 60_000}]
    assert partner.shop.balances() == {}
    assert partner.status(payment) == "refunded"
    [reversed_] = partner.shop.said(FundsReversed)
    assert (str(reversed_.payment_id), reversed_.amount_minor, reversed_.funded_minor) == (payment, 6_000_000, 0)
    assert str(reversed_.refund_id) == back.json["id"]
    [note] = partner.shop.said(CreditNoteIssued)
    assert note.total_minor == 6_000_000
    assert len(partner.shop.said(PaymentRefunded)) == 1
    assert partner.get("/payments")["summary"]["total_paid"] == 0
    assert [row["id"] for row in partner.get("/payments", status="refunded")["payments"]] == [payment]
    assert partner.get("/payments", status="completed")["total"] == 0
    assert partner.pay(100_000, program_id=program).status_code == 201, "there is room again"


def test_some_of_it_goes_back_in_proportion(partner):
    small, large = partner.sponsorship(10_000), partner.sponsorship(20_000)
    payment = partner.fund(30_000, sponsorship_ids=[small, large])
    assert partner.shop.refund(payment=payment, amount=1_000).status_code == 201
    assert partner.status(payment) == "completed"
    taken = {str(event.sponsorship_id): event.amount_minor for event in partner.shop.said(FundsReversed)}
    assert taken == {small: 33_333, large: 66_667}
    assert partner.shop.balances() == {"cash_clearing:sandbox": 2_900_000, "funds_held:sponsorship": -2_900_000}
    assert partner.shop.refund(payment=payment).json["amount"] == 29_000
    assert partner.shop.balances() == {}


def test_what_was_disbursed_does_not_go_back(partner, program, travel):
    payment = partner.fund(100_000, program_id=program)
    travel.move_to(datetime(2026, 4, 2, tzinfo=UTC))
    partner.shop.run("make_disbursements")
    refused = partner.shop.refund(payment=payment)
    assert (refused.status_code, refused.json["code"]) == (409, "funds_disbursed")
    assert "KES 80,000.00" in refused.json["detail"]
    assert partner.shop.refund(payment=payment, amount=80_000.01).json["code"] == "funds_disbursed"
    assert partner.shop.refund(payment=payment, amount=80_000).status_code == 201
    assert partner.shop.balances() == {"cash_clearing:sandbox": 2_000_000, "disbursed:program": -2_000_000}
    assert partner.shop.refund(payment=payment, amount=1).json["code"] == "funds_disbursed"


def test_credit_goes_back_first(partner):
    one = partner.sponsorship(10_000)
    late = partner.open(10_000, sponsorship_ids=[one])
    partner.ended(one)
    partner.arrive(late)
    assert partner.shop.refund(payment=late, amount=4_000).status_code == 201
    assert partner.shop.balances() == {"cash_clearing:sandbox": 600_000, "customer_credit": -600_000}
    assert partner.shop.get(f"/payments/{late}/")["credit"] == 6_000
    assert partner.shop.said(FundsReversed) == []
    assert partner.shop.refund(payment=late).json["amount"] == 6_000
    assert partner.shop.balances() == {}


def test_money_that_is_about_to_go_back_is_released_to_nobody(partner, program, travel):
    payment = partner.fund(10_000, program_id=program)
    partner.shop.till.refund_answer = "pending"
    assert partner.shop.refund(payment=payment, amount=5_000).json["status"] == "pending"
    part = partner.disbursements()[0]["id"]
    assert partner.disburse(part).status_code == 409
    assert partner.shop.refund(payment=payment, amount=5_001).json["code"] == "more_than_paid"
    partner.shop.till.settle_refunds("failed")
    travel.shift(7200)
    partner.shop.run("look_after_refunds")
    assert partner.disburse(part).status_code == 200
    assert partner.shop.balances() == {"cash_clearing:sandbox": 1_000_000, "disbursed:program": -1_000_000}


def test_what_a_failed_refund_took_of_one_that_has_ended_is_credit(partner):
    one = partner.sponsorship(10_000)
    payment = partner.fund(10_000, sponsorship_ids=[one])
    partner.shop.till.refund_answer = RefundDeclined
    partner.ended(one)
    assert partner.shop.refund(payment=payment).json["code"] == "refund_declined"
    assert partner.shop.balances() == {"cash_clearing:sandbox": 1_000_000, "customer_credit": -1_000_000}
    assert partner.shop.get(f"/payments/{payment}/")["credit"] == 10_000


def test_an_end_between_a_refund_and_its_failure_leaves_nothing_held(partner, travel):
    one = partner.sponsorship(10_000)
    payment = partner.fund(10_000, sponsorship_ids=[one])
    partner.shop.till.refund_answer = "pending"
    partner.shop.refund(payment=payment, amount=4_000)
    partner.ended(one)
    assert partner.shop.balances() == {
        "cash_clearing:sandbox": 1_000_000,
        "customer_credit": -600_000,
        "funds_held:sponsorship": -400_000,
    }
    partner.shop.till.settle_refunds("failed")
    travel.shift(7200)
    partner.shop.run("look_after_refunds")
    assert partner.shop.balances() == {"cash_clearing:sandbox": 1_000_000, "customer_credit": -1_000_000}
