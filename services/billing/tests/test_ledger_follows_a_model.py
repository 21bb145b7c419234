"""Whatever payers, providers and administrators do in whatever order, the books say what simple arithmetic says.

The steps call the use cases behind the doors: ten thousand of them through HTTP would take a quarter of an hour, and
every door has stories of its own.
"""

import os
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    invariant,
    rule,
    run_state_machine_as_test,
)
from ledger_model.months import Months, Order
from sqlalchemy import text

from billing.clients.payment_gateway import Attempt, Session
from billing.errors import (
    CheckoutClosed,
    MoreThanPaid,
    MoreThanSold,
    NotRefundable,
    RefundDeclined,
    SeatsAssigned,
    WindowEnded,
)
from billing.queries import checkouts
from billing.usecases.apply_credit import apply_credit
from billing.usecases.apply_session import apply_session
from billing.usecases.expire_grants import expire_grants
from billing.usecases.open_checkout import open_checkout
from billing.usecases.refund import RefundRequest, advance_refund, begin_refund
from chassis.auth import Caller
from chassis.clock import now
from chassis.database import SYSTEM
from chassis.ids import new_id

SEAT = 2_000_000
ANSWERS = ("succeeded", "assigned", "failed", "pending")
NONE_LEFT = (MoreThanPaid, MoreThanSold, WindowEnded)
BOOKS = text("""
select 'account ' || code, sum(amount_minor) from ledger_entries join ledger_accounts on id = account_id group by 1
union all select 'payments ' || state, count(*) from payments group by 1
union all select 'refunds ' || state, count(*) from refunds group by 1
union all select 'invoiced', sum(total_minor) from invoices
union all select 'credited', sum(total_minor) from credit_notes
union all select 'seats', sum(quantity) from seat_grants
union all select 'provider ids', count(distinct reference) from payments where state in ('completed', 'unapplied')
union all select 'provider entries', count(*) from ledger_transactions where kind = 'payment'
union all select 'gaps', max(sequence) - count(*) from credit_notes
""")


class Purchase:
    """A checkout as the model knows it, and the seats it bought."""

    def __init__(self, quantity, months):
        self.price, self.left = months * SEAT, quantity
        self.amount = quantity * self.price
        self.state, self.attempts, self.payment, self.by_credit = "open", [], None, None


class Books(Months):
    """The model: what was bought and given back, what was paid beside it, what is earned; and the months."""

    shop = None
    purchases = Bundle("purchases")
    played = Counter()

    def __init__(self):
        super().__init__()
        self.played["games"] += 1
        self.database = self.shop.database
        self.savepoint = self.database._bound.begin_nested()
        self.payer = Caller(new_id(), self.shop.organization, permissions=frozenset({"billing.pay"}))
        self.platform = Caller(new_id(), permissions=frozenset({"platform"}))
        self.known, self.credits = {}, {}
        self.count = Counter()
        self.cash = self.deferred = self.earned = self.invoiced = self.credited = 0

    def teardown(self):
        self.savepoint.rollback()

    @rule(target=purchases, quantity=st.integers(1, 50), months=st.integers(1, 12))
    def order(self, quantity, months):
        item = {"product": "seat", "quantity": quantity, "months": months}
        urls = {"success_url": "https://sponsor.example/", "cancel_url": "https://sponsor.example/"}
        with self.database.transaction(SYSTEM) as session:
            id = open_checkout(session, self.payer, items=[item], method="mpesa", **urls)["id"]
            checkouts.lock(session, id).start_paying("sandbox", now())
        self.known[id] = Purchase(quantity, months)
        return id

    @rule(id=purchases, off=st.sampled_from((0, 0, 0, 0, 0, -1, 1, 500)))
    def pay(self, id, off):
        bought = self.known[id]
        reference = self._attempt(id, "paid", bought.amount + off)
        self.cash += bought.amount + off
        if off or bought.state in ("paid", "used up"):
            self.credits[reference] = bought.amount + off
            self.count["payments unapplied"] += 1
        else:
            bought.payment = reference
            self._bought(bought)

    @rule(id=purchases)
    def decline(self, id):
        self._attempt(id, "declined", self.known[id].amount)
        self.count["payments failed"] += 1

    @rule(id=purchases)
    def cancel(self, id):
        self._tell(id, "cancelled")
        if self.known[id].state == "open":
            self.known[id].state = "cancelled"
            self.count["payments failed"] += 1

    @rule(id=purchases)
    def hear_again(self, id):
        self._tell(id, "open")

    @rule(
        id=purchases, seats=st.integers(1, 50), answer=st.sampled_from(("succeeded", "assigned", "failed", "pending"))
    )
    def refund_seats(self, id, seats, answer):
        bought = self.known[id]
        if bought.state != "paid":
            return
        self.shop.seats.refuse = SeatsAssigned if answer == "assigned" else None
        self.shop.till.refund_answer = "succeeded" if answer == "assigned" else answer
        refused = self._refund(bought.payment or bought.by_credit[1], seats=seats)
        if bought.left < seats:
            assert refused in NONE_LEFT
        elif answer == "assigned":
            self.count["refunds failed"] += 1
            assert refused is SeatsAssigned
        elif answer == "failed" and bought.payment:
            self.count["refunds failed"] += 1
            assert refused is RefundDeclined
        else:
            assert refused is None
            self._given_back(bought, seats, pending=answer == "pending" and bought.payment is not None)

    @rule(data=st.data(), part=st.integers(1, 100), answer=st.sampled_from(("succeeded", "failed")))
    def refund_credit(self, data, part, answer):
        if not self.credits:
            return
        reference = data.draw(st.sampled_from(sorted(self.credits)))
        amount = self.credits[reference] * part // 100
        self.shop.till.refund_answer = answer
        refused = self._refund(reference, amount=Decimal(amount) / 100)
        if amount == 0:
            assert refused is MoreThanPaid
        elif reference in self.sources:
            self.credits[reference] -= amount
            self.credits[self.sources[reference]] += amount
            self.count["refunds completed"] += 1
        elif answer == "failed":
            self.count["refunds failed"] += 1
            assert refused is RefundDeclined
        else:
            self.credits[reference] -= amount
            self.cash -= amount
            self.count["refunds completed"] += 1

    @rule(data=st.data())
    def apply(self, data):
        if not self.credits or not self.known:
            return
        id = data.draw(st.sampled_from(list(self.known)))
        bought = self.known[id]
        source = data.draw(st.sampled_from(sorted(self.credits)))
        due = bought.bill.due if isinstance(bought, Order) else bought.amount
        due = min(due, bought.amount)
        fits = bought.state == "open" and 0 < due <= self.credits[source]
        try:
            with self.database.transaction(SYSTEM) as session:
                made = apply_credit(session, self.platform, self._id(session, source), checkout_id=id)
        except (CheckoutClosed, MoreThanPaid, NotRefundable):
            assert not fits
            return
        assert fits
        self.credits[source] -= due
        if isinstance(bought, Order):
            self.sources[made["reference"]] = source
            self._settled(bought, made["reference"], 0)
            return
        bought.by_credit = (source, made["reference"])
        self._bought(bought)

    @rule(id=purchases)
    def the_window_ends(self, id):
        bought = self.known[id]
        if bought.state != "paid":
            return
        ended = {"id": id, "at": now()}
        self.shop.change(
            "update seat_grants set valid_from = valid_from - interval '2 years', valid_until = :at "
            "where checkout_id = :id", **ended
        )  # fmt: skip
        with self.database.transaction(SYSTEM) as session:
            expire_grants(session)
        bought.state = "used up"
        self.deferred -= bought.left * bought.price
        self.earned += bought.left * bought.price

    @invariant()
    def the_books_agree_with_the_model(self):
        self.played["states"] += 1
        self.played["invariants_broken"] += 1
        self._compare()
        self.played["invariants_broken"] -= 1

    def _compare(self):
        # The connection still works for the whole system, as the step before it did.
        books = {name: int(number or 0) for name, number in self.database._bound.execute(BOOKS)}
        assert sum(number for name, number in books.items() if name.startswith("account ")) == 0
        paid = {name: number for name, number in self.count.items() if number}
        told = {name: number for name, number in books.items() if name.startswith(("payments ", "refunds "))}
        assert told == paid
        expected = {
            **self.month_accounts(),
            "account cash_clearing:sandbox": self.cash,
            "account customer_credit": -sum(self.credits.values()),
            "account deferred_revenue:seat": -self.deferred,
            "account revenue:seat": -self.earned,
            "invoiced": self.invoiced,
            "credited": self.credited,
            "seats": sum(bought.left for bought in self.known.values() if bought.state in ("paid", "used up")),
            "gaps": 0,
        }
        assert {name: books.get(name, 0) for name in expected} == expected
        assert books["provider ids"] == books["provider entries"]

    def _bought(self, bought):
        bought.state = "paid"
        self.deferred += bought.amount
        self.invoiced += bought.amount
        self.count["payments completed"] += 1

    def _given_back(self, bought, seats, *, pending):
        amount = seats * bought.price
        bought.left -= seats
        if pending:
            # Held, and nothing moves before the provider says so.
            self.count["refunds pending"] += 1
            return
        self.count["refunds completed"] += 1
        self.deferred -= amount
        self.credited += amount
        if bought.by_credit:
            self.credits[bought.by_credit[0]] += amount
        else:
            self.cash -= amount

    def _refund(self, reference, *, seats=None, amount=None):
        """Ask for it as the administrator's request does; what refused it, if anything did."""
        try:
            with self.database.transaction(SYSTEM) as session:
                payment_id = self._id(session, reference)
                chosen = None if seats is None else {self._grant(session, payment_id): seats}
                wanted = RefundRequest(payment_id, "No more.", str(new_id()), b"", seats=chosen, amount=amount)
                refund_id = begin_refund(session, self.platform, wanted)
            advance_refund(self.database, refund_id)
        except (*NONE_LEFT, SeatsAssigned, RefundDeclined) as refusal:
            return type(refusal)
        return None

    def _attempt(self, id, outcome, amount):
        reference = f"pay_{new_id()}"
        made = Attempt(id=reference, outcome=outcome, amount_minor=amount, currency="KES", at=now())
        self.known[id].attempts.append(made)
        self._tell(id, "open")
        return reference

    def _tell(self, id, state):
        """The provider says what it knows of the checkout."""
        found = Session(f"ss_{id}", id, "https://till.example/", state, self.known[id].attempts)
        with self.database.transaction(SYSTEM) as session:
            apply_session(session, id, found)

    def _id(self, session, reference):
        return session.scalar(text("select id from payments where reference = :reference"), {"reference": reference})

    def _grant(self, session, payment_id):
        return session.scalar(text("select id from seat_grants where payment_id = :id"), {"id": payment_id})


class BooksOfMonths(Books):
    """The same without purchases: what is used, invoiced and corrected, often enough in a short game."""

    order = pay = decline = cancel = hear_again = refund_seats = the_window_ends = None


def follow(shop, books=Books, **steps):
    """Play games of that many steps; what was played."""
    Books.shop = shop
    Books.played.clear()
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    run_state_machine_as_test(books, settings=settings(deadline=None, suppress_health_check=checks, **steps))
    return Books.played


def test_the_ledger_follows_its_model(quick):
    follow(quick, max_examples=5, stateful_step_count=40, phases=[Phase.generate])


def test_the_ledger_follows_its_model_from_month_to_month(quick):
    follow(quick, BooksOfMonths, max_examples=8, stateful_step_count=40, phases=[Phase.generate])


STEPS = int(os.environ.get("FAULTS_STEPS", "2000"))
"""``make faults`` takes ten thousand, ``make verify`` has no time for so many."""


@pytest.mark.long
def test_the_ledger_follows_its_model_through_thousands_of_seeded_steps(quick, record_property):
    # A few games end before their hundredth step.
    games = STEPS // 90
    played = follow(quick, max_examples=games, stateful_step_count=100, derandomize=True, phases=[Phase.generate])
    # The books are looked at before a game's first step, too.
    steps = played["states"] - played["games"]
    record_property("steps", steps)
    assert steps >= STEPS
    assert {"credited unpaid", "credited once paid", "paid what is due"} <= played.keys()
    record_property("invariants_broken", played["invariants_broken"])
