"""A payment that arrives while the month is closed comes before the credit note or after it, never in between."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine

from billing.clients.payment_gateway import Attempt, Session
from billing.queries import invoices
from billing.rules import Month
from billing.usecases.apply_session import apply_session
from billing.usecases.close_month import close_month
from chassis.clock import now
from chassis.database import SYSTEM
from chassis.ids import new_id

DECEMBER_2 = datetime(2026, 12, 2, 9, tzinfo=UTC)


def day(number, month=10, hour=9):
    return datetime(2026, month, number, hour, tzinfo=UTC)


def prepared(desk):
    """An invoice of two sessions, one to be taken back, and a checkout with which its payer is at the provider."""
    wrong = desk.session(day(3))
    desk.session(day(4))
    desk.close()
    [invoice] = desk.invoices(status="issued")
    checkout = desk.checkout_of(invoice)
    desk.shop.client.post(f"/pay/{checkout['id']}")
    desk.correct(wrong, minutes=0)
    return invoice, checkout


def pay(desk, checkout):
    """The provider says that all that it was asked for was paid."""
    attempt = Attempt(id=f"pay_{new_id()}", outcome="paid", amount_minor=1_400_000, currency="KES", at=now())
    with desk.shop.database.transaction(SYSTEM) as session:
        found = Session(f"ss_{checkout['id']}", checkout["id"], "https://till.example/", "paid", [attempt])
        apply_session(session, checkout["id"], found)


def close(desk):
    close_month(desk.shop.database, Month.parse("2026-11"))


def assert_squared(desk, invoice):
    """Paid, half of it taken back, and that half is credit, whoever came first."""
    shown = desk.shop.get(f"/invoices/{invoice['id']}/")
    assert (shown["status"], shown["credited"], shown["due"]) == ("paid", 7_000, 0)
    assert desk.shop.balances() == {
        "cash_clearing:sandbox": 1_400_000, "customer_credit": -700_000, "revenue:mentor_session": -700_000
    }  # fmt: skip
    assert desk.shop.get(f"/payments/{desk.shop.payment()}/")["credit"] == 7_000


@pytest.mark.parametrize("first", [pay, close], ids=["payment", "closing"])
def test_whichever_holds_the_invoice_first_the_other_waits_and_the_books_are_the_same(busy_desk, monkeypatch, first):
    invoice, checkout = prepared(busy_desk)
    held, done = threading.Event(), threading.Event()
    name = "lock" if first is pay else "lock_all"
    lock = getattr(invoices, name)

    def hold(*arguments):
        found = lock(*arguments)
        if not held.is_set():
            held.set()
            assert not done.wait(0.5), "the other has not waited"
        return found

    monkeypatch.setattr(invoices, name, hold)
    steps = {pay: lambda: pay(busy_desk, checkout), close: lambda: close(busy_desk)}
    second = close if first is pay else pay

    def follow():
        assert held.wait(10)
        steps[second]()
        done.set()

    with time_machine.travel(DECEMBER_2), ThreadPoolExecutor(2) as pool:
        for step in [pool.submit(steps[first]), pool.submit(follow)]:
            step.result(60)
        assert_squared(busy_desk, invoice)


def test_many_invoices_paid_while_they_are_closed_come_out_right_in_any_order(busy_desk):
    told = []
    for _ in range(8):
        cohort = busy_desk.shop.new_cohort()
        told += [busy_desk.session(day(3), cohort_id=cohort), busy_desk.session(day(4), cohort_id=cohort)]
    busy_desk.close()
    with time_machine.travel(DECEMBER_2):
        checkouts = [busy_desk.checkout_of(invoice) for invoice in busy_desk.invoices(status="issued")]
        for id in told[::2]:
            busy_desk.correct(id, minutes=0)
        with ThreadPoolExecutor(9) as pool:
            steps = [pool.submit(close, busy_desk), *(pool.submit(_go_and_pay, busy_desk, one) for one in checkouts)]
            for step in steps:
                step.result(60)
    shown = busy_desk.shop.get("/invoices/", limit=100)["items"]
    assert {(one["status"], one["credited"]) for one in shown} == {("paid", 7_000)}
    books = busy_desk.shop.balances()
    assert (books.get("receivable", 0), books["revenue:mentor_session"]) == (0, -8 * 700_000)
    assert books["cash_clearing:sandbox"] + books.get("customer_credit", 0) == 8 * 700_000


def _go_and_pay(desk, checkout):
    """At the provider, for what it is asked for at that moment."""
    desk.shop.client.post(f"/pay/{checkout['id']}")
    [(minor,)] = desk.shop.rows("select amount_minor from checkouts where id = :id", id=checkout["id"])
    attempt = Attempt(id=f"pay_{new_id()}", outcome="paid", amount_minor=minor, currency="KES", at=now())
    with desk.shop.database.transaction(SYSTEM) as session:
        found = Session(f"ss_{checkout['id']}", checkout["id"], "https://till.example/", "paid", [attempt])
        apply_session(session, checkout["id"], found)
