"""Whatever payers and providers do in whatever order, the books say what a few lines of arithmetic say."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from billing.clients.payment_gateway import PaymentGateway
from chassis.database import SYSTEM
from chassis.wiring import provide

SEAT = 20_000


class Books(RuleBasedStateMachine):
    """The model: what was invoiced, what was paid for it, what was paid beside it."""

    shop = None
    checkouts = Bundle("checkouts")

    def __init__(self):
        super().__init__()
        self.savepoint = self.shop.database._bound.begin_nested()
        self.till = self.shop.till
        self.till.sessions.clear()
        self.attempts = {}
        self.amounts = {}
        self.state = {}
        self.invoiced = 0
        self.credit = 0
        self.seats = 0
        self.payments = Counter()

    def teardown(self):
        self.savepoint.rollback()

    @rule(target=checkouts, quantity=st.integers(1, 50), months=st.integers(1, 12))
    def order(self, quantity, months):
        checkout_id = self.shop.checkout({"product": "seat", "quantity": quantity, "months": months})
        self.attempts[checkout_id] = []
        self.amounts[checkout_id] = (quantity, quantity * months * SEAT)
        self.state[checkout_id] = "open"
        self.shop.client.post(f"/pay/{checkout_id}")
        return checkout_id

    @rule(checkout_id=checkouts)
    def pay(self, checkout_id):
        quantity, amount = self.amounts[checkout_id]
        self._attempt(checkout_id, "paid")
        if self.state[checkout_id] == "paid":
            self.credit += amount
            self.payments["unapplied"] += 1
        else:
            self.state[checkout_id] = "paid"
            self.invoiced += amount
            self.seats += quantity
            self.payments["completed"] += 1

    @rule(checkout_id=checkouts)
    def decline(self, checkout_id):
        self._attempt(checkout_id, "declined")
        self.payments["failed"] += 1

    @rule(checkout_id=checkouts, off=st.integers(-500, 500).filter(bool))
    def pay_another_amount(self, checkout_id, off):
        _, amount = self.amounts[checkout_id]
        self._attempt(checkout_id, "paid", amount_minor=amount * 100 + off)
        self.credit += amount + off / 100
        self.payments["unapplied"] += 1

    @rule(checkout_id=checkouts)
    def cancel(self, checkout_id):
        self.till.report(checkout_id, "cancelled", *self.attempts[checkout_id])
        self._tell(checkout_id)
        if self.state[checkout_id] == "open":
            self.state[checkout_id] = "cancelled"
            self.payments["failed"] += 1

    @rule(checkout_id=checkouts)
    def hear_again(self, checkout_id):
        self._tell(checkout_id)

    def _attempt(self, checkout_id, outcome, **other):
        self.attempts[checkout_id].append(self.shop.attempt(checkout_id, outcome, **other))
        self.till.report(checkout_id, "open", *self.attempts[checkout_id])
        self._tell(checkout_id)

    def _tell(self, checkout_id):
        self.shop.client.get(f"/pay/{checkout_id}/return")

    @invariant()
    def the_books_agree_with_the_model(self):
        balances = dict(
            self._all(
                "select code, sum(amount_minor)::bigint from ledger_entries join ledger_accounts on id = account_id "
                "group by code"
            )
        )
        assert sum(balances.values()) == 0
        assert balances.get("receivable", 0) == 0
        assert balances.get("deferred_revenue:seat", 0) == -self.invoiced * 100
        assert balances.get("customer_credit", 0) == round(-self.credit * 100)
        assert balances.get("cash_clearing:sandbox", 0) == round((self.invoiced + self.credit) * 100)

    @invariant()
    def so_do_payments_invoices_and_seats(self):
        assert dict(self._all("select state, count(*) from payments group by state")) == dict(self.payments)
        [(count, total)] = self._all("select count(*), coalesce(sum(total_minor), 0) from invoices")
        assert (count, total) == (self.payments["completed"], self.invoiced * 100)
        assert self._all("select coalesce(sum(quantity), 0) from seat_grants") == [(self.seats,)]
        assert dict(self._all("select id::text, state from checkouts")) == self.state

    def _all(self, statement):
        with self.shop.database.transaction(SYSTEM) as session:
            return [tuple(row) for row in session.execute(text(statement)).all()]


def follow(shop, **steps):
    """Play games of that many steps."""
    provide(shop.database, PaymentGateway, shop.till)
    Books.shop = shop
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(Books, settings=settings(deadline=None, suppress_health_check=checks, **steps))


def test_the_ledger_follows_its_model(quick):
    follow(quick, max_examples=8, stateful_step_count=20)


@pytest.mark.long
def test_the_ledger_follows_its_model_through_a_thousand_seeded_steps(quick):
    follow(quick, max_examples=25, stateful_step_count=40, derandomize=True)
