"""Whatever is paid, released, refunded and ended in whatever order: nothing has more than it is to get, nothing that
was released goes back, and every cent is somebody's funds, the school's, or the organization's credit.
"""

import os
from collections import Counter
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from billing.clients.payment_gateway import Attempt, Session
from billing.errors import (
    CheckoutClosed,
    FundsDisbursed,
    MoreThanLacking,
    MoreThanPaid,
    NotFunded,
    NotRefundable,
    NotScheduled,
    RefundDeclined,
    TargetEnded,
)
from billing.models import Payment
from billing.queries import checkouts, payments
from billing.usecases.apply_credit import apply_credit
from billing.usecases.apply_session import apply_session
from billing.usecases.close_checkout import close_checkout
from billing.usecases.disburse import disburse
from billing.usecases.open_funding import open_funding
from billing.usecases.refund import RefundRequest, advance_refund, begin_refund, settle_refund
from chassis.auth import Caller
from chassis.clock import now
from chassis.database import SYSTEM
from chassis.ids import new_id

ACCOUNTS = text("""
select code, sum(amount_minor) from ledger_entries join ledger_accounts on id = account_id group by 1
""")
FUNDED = text("select fundable_id, sum(amount_minor) from allocations group by 1")
RELEASED = text("select fundable_id, sum(amount_minor) from disbursements where state = 'made' group by 1")
CREDIT_HELD = text("""
select coalesce(sum(refunds.amount_minor - coalesce((
    select sum(amount_minor) from refund_funds where refund_id = refunds.id
), 0)), 0) from refunds where state in ('requested', 'approved', 'pending')
""")


class Funds(RuleBasedStateMachine):
    """The model: what each target is to get, what was released of it, and what came from and went to the provider."""

    partner = None
    played = Counter()

    def __init__(self):
        super().__init__()
        self.played["games"] += 1
        self.shop, self.database = self.partner.shop, self.partner.shop.database
        self.savepoint = self.database._bound.begin_nested()
        person = {"user_id": new_id(), "organization_id": self.partner.organization}
        self.payer = Caller(**person, permissions=frozenset({"partner"}))
        self.platform = Caller(new_id(), permissions=frozenset({"platform"}))
        self.cash = self.waiting = 0
        self.targets, self.ended, self.released = {}, set(), Counter()
        self.open, self.paid, self.by_credit = {}, {}, set()
        for amount in (7, 10, 1000):
            id = self.partner.sponsorship(amount)
            self.targets[id] = amount * 100
            self.partner.activated(id)

    def teardown(self):
        self.savepoint.rollback()

    @rule(amount=st.integers(1, 600), chosen=st.sets(st.integers(0, 2)))
    def wish(self, amount, chosen):
        ids = [list(self.targets)[index] for index in sorted(chosen)]
        try:
            with self.database.transaction(SYSTEM) as session:
                wanted = [UUID(id) for id in ids]
                shown = open_funding(session, self.payer, amount=amount, method="mpesa", sponsorship_ids=wanted)
                checkout = session.get_one(Payment, shown["id"]).checkout_id
                checkouts.lock(session, checkout).start_paying("sandbox", now())
        except TargetEnded:
            assert self.ended & set(ids)
        except MoreThanLacking:
            assert ids
            self.played["refused"] += 1
        else:
            assert not self.ended & set(ids)
            self.open[shown["id"]] = (checkout, amount * 100)

    @precondition(lambda self: self.open)
    @rule(data=st.data(), times=st.sampled_from((1, 1, 2)))
    def money_comes(self, data, times):
        payment = data.draw(st.sampled_from(sorted(self.open)))
        checkout, amount = self.open.pop(payment)
        attempts = [
            Attempt(id=f"pay_{new_id()}", outcome="paid", amount_minor=amount, currency="KES", at=now())
            for _ in range(times)
        ]
        for _ in range(2):  # told twice
            with self.database.transaction(SYSTEM) as session:
                apply_session(session, checkout, Session(f"ss_{checkout}", checkout, "https://x/", "paid", attempts))
        self.cash += times * amount
        self.paid[payment] = amount
        self.played["paid"] += 1

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def time_runs_out(self, data):
        payment = data.draw(st.sampled_from(sorted(self.open)))
        with self.database.transaction(SYSTEM) as session:
            checkout = checkouts.lock(session, self.open[payment][0])
            if checkout.is_open:
                close_checkout(session, checkout, "expired")

    @rule(data=st.data(), index=st.integers(0, 2))
    def release(self, data, index):
        id = list(self.targets)[index]
        parts = self.shop.rows("select id, amount_minor from disbursements where fundable_id = :id", id=id)
        part, minor = data.draw(st.sampled_from(parts))
        try:
            with self.database.transaction(SYSTEM) as session:
                disburse(session, self.payer, part)
        except (NotFunded, NotScheduled):
            return
        assert id not in self.ended
        self.released[id] += minor
        self.played["released"] += 1

    @precondition(lambda self: self.paid)
    @rule(data=st.data(), part=st.integers(1, 100), answer=st.sampled_from(("succeeded", "failed", "pending")))
    def refund(self, data, part, answer):
        payment = data.draw(st.sampled_from(sorted(self.paid)))
        amount = self.paid[payment] * part // 100
        self.shop.till.refund_answer = answer
        try:
            with self.database.transaction(SYSTEM) as session:
                major = Decimal(amount) / 100
                asked = RefundRequest(payment, "No more.", str(new_id()), b"", amount=major)
                refund = begin_refund(session, self.platform, asked)
            advance_refund(self.database, refund)
        except RefundDeclined:
            assert answer == "failed"
        except (FundsDisbursed, MoreThanPaid) as refusal:
            self.played[type(refusal).__name__] += 1
        else:
            of_credit = payment in self.by_credit  # it is credit again at once, whatever a provider would say
            self.cash -= amount if answer == "succeeded" and not of_credit else 0
            self.waiting += answer == "pending" and not of_credit
            self.played["refunded"] += 1

    @precondition(lambda self: self.open and self.paid)
    @rule(data=st.data())
    def credit_pays(self, data):
        source = data.draw(st.sampled_from(sorted(self.paid)))
        wanted = data.draw(st.sampled_from(sorted(self.open)))
        checkout, amount = self.open[wanted]
        try:
            with self.database.transaction(SYSTEM) as session:
                apply_credit(session, self.platform, source, checkout_id=checkout)
        except (CheckoutClosed, MoreThanPaid, NotRefundable):
            return
        del self.open[wanted]
        self.paid[wanted] = amount
        self.by_credit.add(wanted)
        self.played["credit"] += 1

    @precondition(lambda self: self.waiting)
    @rule(state=st.sampled_from(("succeeded", "failed")))
    def the_provider_decides(self, state):
        waiting = self.shop.rows("select id, amount_minor from refunds where state = 'pending'")
        self.shop.till.settle_refunds(state)
        for id, minor in waiting:
            settle_refund(self.database, id)
            self.cash -= minor if state == "succeeded" else 0
            self.played["decided"] += 1
        self.waiting = 0

    @rule(index=st.integers(0, 2), now_and_then=st.integers(1, 6))
    def it_ends(self, index, now_and_then):
        if now_and_then == 6:
            self.partner.ended(list(self.targets)[index])
            self.ended.add(list(self.targets)[index])

    @invariant()
    def every_cent_is_somebodys(self):
        self.played["states"] += 1
        self.played["invariants_broken"] += 1
        self._compare()
        self.played["invariants_broken"] -= 1

    def _compare(self):
        read = self.database._bound.execute
        accounts = Counter({code: int(minor) for code, minor in read(ACCOUNTS)})
        funded = Counter({str(id): int(minor) for id, minor in read(FUNDED)})
        released = Counter({str(id): int(minor) for id, minor in read(RELEASED)})
        assert sum(accounts.values()) == 0
        assert accounts["cash_clearing:sandbox"] == self.cash
        assert released == self.released
        assert accounts["disbursed:sponsorship"] == -sum(released.values())
        assert accounts["funds_held:sponsorship"] == sum(released.values()) - sum(funded.values())
        for id, amount in self.targets.items():
            assert released[id] <= funded[id] <= amount
        with self.database.transaction(SYSTEM) as session:
            found = session.query(Payment).all()
            credits = [payments.credit(session, one).minor for one in found]
            held = int(session.scalar(CREDIT_HELD) or 0)
        assert min(credits, default=0) >= 0
        assert accounts["customer_credit"] == -sum(credits) - held


def follow(partner, **steps):
    """Play games of that many steps; what was played."""
    Funds.partner = partner
    Funds.played.clear()
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    options = {"deadline": None, "phases": [Phase.generate], "derandomize": True, "suppress_health_check": checks}
    run_state_machine_as_test(Funds, settings=settings(**options, **steps))
    assert min(Funds.played[what] for what in ("paid", "released", "refunded", "refused", "decided", "credit")) > 0
    return Funds.played


def test_funds_follow_their_model(partner):
    follow(partner, max_examples=8, stateful_step_count=50)


STEPS = int(os.environ.get("FAULTS_STEPS", "4000")) // 4
"""A step asks much more here than in the books of sponsors."""


@pytest.mark.long
def test_funds_follow_their_model_through_thousands_of_seeded_steps(partner, record_property):
    # A few games end before their hundredth step.
    played = follow(partner, max_examples=STEPS // 80, stateful_step_count=100)
    steps = played["states"] - played["games"]
    record_property("steps", steps)
    assert steps >= STEPS
    record_property("invariants_broken", played["invariants_broken"])
