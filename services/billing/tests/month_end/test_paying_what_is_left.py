"""An invoice of which a credit note took some back: what is left is paid, early, late, by credit or not at all."""

from datetime import UTC, datetime

import pytest
import time_machine

from billing.app import SERVICE
from billing.commands import COMMANDS
from chassis.cli import _parser
from chassis.clock import now
from chassis.ids import new_id
from contracts.events.billing import InvoicePaid

DECEMBER_2 = datetime(2026, 12, 2, 9, tzinfo=UTC)
OPEN = {"receivable": 7_000, "revenue:mentor_session": -7_000}
EVEN = {"cash_clearing:sandbox": 7_000, "revenue:mentor_session": -7_000}


def day(number, month=10, hour=9):
    return datetime(2026, month, number, hour, tzinfo=UTC)


@pytest.fixture
def sessions(desk):
    """Two sessions of October, 7,000 each, invoiced."""
    told = [desk.session(day(3)), desk.session(day(4))]
    desk.close()
    return told


@pytest.fixture
def take_back(desk):
    """Have the next month's closing take sessions back."""

    def take(*told):
        for id in told:
            desk.correct(id, minutes=0)
        assert desk.close("2026-11", DECEMBER_2) == 0

    return take


def balances(desk):
    return {name: minor / 100 for name, minor in desk.shop.balances().items()}


def apply(desk, payment, checkout):
    return desk.shop.client.post(
        f"/api/v1/billing/payments/{payment}/apply/",
        json={"checkout_id": checkout},
        headers={**desk.shop.platform, "Idempotency-Key": str(new_id())},
    )


def credit(desk, payment):
    return desk.shop.get(f"/payments/{payment}/")["credit"]


def test_a_checkout_asks_for_what_is_due(desk, sessions, take_back):
    take_back(sessions[0])
    [note] = desk.credit_notes()
    checkout = desk.checkout_of(desk.invoices()[0])
    assert (checkout["amount"], checkout["net"], checkout["tax"]) == (7_000, 7_000, 0)
    assert [(item["name"][-11:], item["net"]) for item in checkout["items"]][1:] == [(note["number"], -7_000)]
    assert sum(item["net"] for item in checkout["items"]) == 7_000
    desk.shop.pay(checkout["id"])
    [invoice] = desk.invoices()
    assert (invoice["status"], invoice["total"], invoice["due"]) == ("paid", 14_000, 0)
    assert balances(desk) == EVEN
    [said] = desk.shop.said(InvoicePaid)
    assert (said.total_minor, said.credited_minor) == (1_400_000, 700_000)


def test_a_checkout_from_before_asks_for_what_is_due_when_the_payer_comes(desk, sessions, take_back):
    with time_machine.travel(day(2, month=12)):
        before = desk.checkout_of(desk.invoices()[0])
        take_back(sessions[0])
        page = desk.shop.client.get(f"/pay/{before['id']}").text
        assert "KES 7,000.00 is due" in page
        desk.shop.client.post(f"/pay/{before['id']}")
        shown = desk.shop.get(f"/checkout/sessions/{before['id']}/")
        assert (shown["amount"], len(shown["items"])) == (7_000, 2)


def test_whoever_paid_all_of_it_at_the_provider_before_the_note_settles_it_and_holds_credit(desk, sessions, take_back):
    late = desk.checkout_of(desk.invoices()[0])["id"]
    desk.shop.client.post(f"/pay/{late}")
    take_back(sessions[0])
    desk.shop.pay(late)
    assert [one["status"] for one in desk.invoices()] == ["paid"]
    assert balances(desk) == {**EVEN, "cash_clearing:sandbox": 14_000, "customer_credit": -7_000}
    assert credit(desk, desk.shop.payment()) == 7_000
    assert len(desk.shop.said(InvoicePaid)) == 1


def test_all_of_it_paid_after_all_of_it_was_taken_back_is_credit(desk, sessions, take_back):
    late = desk.checkout_of(desk.invoices()[0])["id"]
    desk.shop.client.post(f"/pay/{late}")
    take_back(*sessions)
    desk.shop.pay(late)
    assert [one["status"] for one in desk.invoices()] == ["credited"]
    assert balances(desk) == {"cash_clearing:sandbox": 14_000, "customer_credit": -14_000}
    assert credit(desk, desk.shop.payment("unapplied")) == 14_000
    assert desk.shop.said(InvoicePaid) == []


@pytest.mark.parametrize(("amount", "held"), [(7_000, 0), (14_000, 7_000)], ids=["what is due", "what was asked for"])
def test_a_transfer_under_way_pays_what_is_due_or_what_was_asked_for(desk, sessions, take_back, amount, held):
    asked = desk.checkout_of(desk.invoices()[0], method="bank_transfer")
    take_back(sessions[0])
    [payment] = desk.shop.get("/payments/", reference=asked["transfer_reference"])["items"]
    answer = desk.shop.client.post(
        f"/api/v1/billing/payments/{payment['id']}/verify/",
        json={"reference": "FT1", "amount": amount},
        headers={**desk.shop.platform, "Idempotency-Key": str(new_id())},
    )
    assert (answer.status_code, answer.json["status"], answer.json["credit"]) == (200, "completed", held)
    assert [one["status"] for one in desk.invoices()] == ["paid"]
    assert balances(desk).get("customer_credit", 0) == -held


def test_credit_of_a_note_pays_the_next_invoice(desk, sessions, take_back):
    desk.pay_invoice(desk.invoices()[0])
    paid = desk.shop.payment()
    desk.session(day(5, month=11))
    take_back(sessions[0])
    next_one = desk.checkout_of(desk.invoices()[1])
    answer = apply(desk, paid, next_one["id"])
    assert (answer.status_code, answer.json["amount"], answer.json["provider"]) == (201, 7_000, "credit")
    assert [one["status"] for one in desk.invoices()] == ["paid", "paid"]
    assert credit(desk, paid) == 0
    assert balances(desk) == {"cash_clearing:sandbox": 14_000, "revenue:mentor_session": -14_000}
    again = apply(desk, paid, desk.shop.checkout())
    assert (again.status_code, again.json["code"]) == (409, "not_refundable")


def test_credit_pays_what_is_due_of_an_older_checkout(desk, sessions, take_back):
    desk.shop.buy({"product": "seat", "quantity": 1, "months": 1})
    held = desk.shop.checkout({"product": "seat", "quantity": 1, "months": 1})
    desk.shop.pay(held, desk.shop.attempt(held, amount_minor=700_000))
    checkout = desk.checkout_of(desk.invoices()[0] if desk.invoices()[0]["month"] else desk.invoices()[1])
    take_back(sessions[0])
    answer = apply(desk, desk.shop.payment("unapplied"), checkout["id"])
    assert (answer.status_code, answer.json["amount"]) == (201, 7_000)
    assert balances(desk).get("customer_credit", 0) == 0


def test_credit_that_paid_and_is_taken_back_is_credit_again_and_pays_again(desk, sessions, take_back):
    held = desk.shop.checkout()
    desk.shop.pay(held, desk.shop.attempt(held, amount_minor=1_400_000))
    source = desk.shop.payment("unapplied")
    assert apply(desk, source, desk.checkout_of(desk.invoices()[0])["id"]).status_code == 201
    take_back(sessions[0])
    by_credit = desk.shop.payment()
    assert (credit(desk, source), credit(desk, by_credit)) == (0, 7_000)
    assert desk.shop.refund(payment=by_credit, amount=3_000).status_code == 201
    assert (credit(desk, source), credit(desk, by_credit)) == (3_000, 4_000)
    assert balances(desk)["customer_credit"] == -7_000
    assert len(desk.credit_notes()) == 1


def test_credit_of_a_note_is_refunded_first_and_without_another_note(desk, sessions, take_back):
    desk.pay_invoice(desk.invoices()[0])
    take_back(sessions[0])
    refund = desk.shop.refund(amount=5_000)
    assert (refund.status_code, refund.json["status"], refund.json["credit_note_id"]) == (201, "completed", None)
    assert credit(desk, desk.shop.payment()) == 2_000
    assert balances(desk) == {
        "cash_clearing:sandbox": 9_000, "customer_credit": -2_000, "revenue:mentor_session": -7_000
    }  # fmt: skip
    rest = desk.shop.refund().json
    assert (rest["amount"], rest["credit_note_number"][:3]) == (9_000, "CN-")
    assert [one["total"] for one in desk.credit_notes()] == [7_000, 7_000]
    assert balances(desk) == {}


@pytest.mark.env(TAX_RATE_PERCENT="16")
def test_the_tax_of_a_refund_is_of_what_the_note_left(desk, sessions, take_back):
    desk.pay_invoice(desk.invoices()[0])
    take_back(sessions[0])
    refund = desk.shop.refund().json
    assert (refund["amount"], refund["tax"]) == (16_240, 1_120)
    assert [(one["net"], one["tax"]) for one in desk.credit_notes()] == [(7_000, 1_120), (7_000, 1_120)]
    assert balances(desk) == {}


def test_what_was_refunded_is_not_given_back_again_and_is_named(desk, sessions, take_back, capsys):
    desk.pay_invoice(desk.invoices()[0])
    assert desk.shop.refund(amount=10_000).status_code == 201
    take_back(*sessions)
    assert [one["total"] for one in desk.credit_notes()] == [10_000]
    assert "not billed: 2 mentor_session in KES of 1 organizations, it is more than is left" in capsys.readouterr().out
    [statement] = desk.shop.get("/statements/cohorts/", month="2026-11")["items"]
    assert [(one["reason"], one["usages"]) for one in statement["unbilled"]] == [("exceeds_invoice", 2)]


def test_a_refund_under_way_is_counted_and_one_that_failed_is_not(desk, sessions):
    desk.pay_invoice(desk.invoices()[0])
    desk.shop.till.refund_answer = "pending"
    assert desk.shop.refund(amount=14_000).json["status"] == "pending"
    desk.correct(sessions[0], minutes=0)
    desk.close("2026-11", DECEMBER_2)
    assert desk.credit_notes() == []
    desk.shop.till.settle_refunds("failed")
    with time_machine.travel(datetime(2026, 12, 3, tzinfo=UTC)):
        desk.shop.run("look_after_refunds")
    assert desk.close("2026-12", datetime(2027, 1, 2, 9, tzinfo=UTC)) == 0
    assert [one["total"] for one in desk.credit_notes()] == [7_000]
    assert credit(desk, desk.shop.payment()) == 7_000


def test_a_provider_and_the_ledger_agree_on_money_that_was_paid_before_the_note_and_heard_of_after(busy_desk):
    shop = busy_desk.shop
    wrong = busy_desk.session(day(3))
    busy_desk.session(day(4))
    busy_desk.close()
    late = busy_desk.checkout_of(busy_desk.invoices()[0])["id"]
    shop.at_provider(shop.press_pay(late), "pay")
    busy_desk.correct(wrong, minutes=0)
    assert busy_desk.close("2026-11", DECEMBER_2) == 0
    shop.deliver()
    assert balances(busy_desk) == {**EVEN, "cash_clearing:sandbox": 14_000, "customer_credit": -7_000}
    assert shop.refund(amount=7_000).json["credit_note_id"] is None
    today = now().astimezone(shop.settings.time_zone).date()
    arguments = _parser(SERVICE).parse_args(["reconcile", "--day", today.isoformat()])
    assert COMMANDS["reconcile"][2](shop.database, arguments) == 0
    assert balances(busy_desk) == EVEN
