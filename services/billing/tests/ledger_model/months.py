"""The part of the model that is about months: sessions invoiced when one ends, paid, corrected, refunded."""

from datetime import UTC, date, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, multiple, precondition, rule
from sqlalchemy import text

from billing.errors import AlreadyPaid, MoreThanPaid, NothingDue, RefundDeclined
from billing.queries import checkouts
from billing.rules import Month
from billing.usecases.close_month import close_month
from billing.usecases.open_invoice_checkout import open_invoice_checkout
from billing.usecases.record_usage import record_sessions
from chassis.clock import now
from chassis.database import SYSTEM
from chassis.ids import new_id
from contracts.events.programs import MentorSessionHeld

SESSION = 700_000
MOST_BILLS = 2
"""Few, so that much happens to each: it is paid, corrected, refunded, paid again."""
URLS = {"success_url": "https://sponsor.example/", "cancel_url": "https://sponsor.example/"}
INVOICE_OF = text("select id from invoices where month = :month")


class Bill:
    """An invoice of a month as the model knows it. ``wrong`` sessions are corrected and not taken back yet."""

    def __init__(self, sessions, day):
        self.sessions, self.day = sessions, day
        self.total = len(sessions) * SESSION
        self.wrong = self.credited = self.refunded = 0
        self.payment = None

    @property
    def claimed(self):
        """What neither a credit note nor a refund has taken back."""
        return self.total - self.credited - self.refunded

    @property
    def due(self):
        return 0 if self.payment else self.claimed


class Order:
    """A checkout that pays one: beside purchases, and like them, but for the seats."""

    left = price = 0

    def __init__(self, bill):
        self.bill, self.amount = bill, bill.due
        self.state, self.attempts = "open", []


class Months(RuleBasedStateMachine):
    """Whoever inherits it knows the purchases, the credits and the sums."""

    bills = Bundle("bills")
    orders = Bundle("orders")

    def __init__(self):
        super().__init__()
        self.month, self.bills_known = Month(date(2010, 1, 1)), {}
        self.sources = {}

    @precondition(lambda self: len(self.bills_known) < MOST_BILLS)
    @rule(target=bills, used=st.integers(1, 4))
    def a_month_ends(self, used):
        sessions, day = [new_id() for _ in range(used)], self.month.next.begins(UTC) + timedelta(days=9)
        self._tell_sessions(sessions, day, minutes=60, at=day)
        self._close()
        with self.database.transaction(SYSTEM) as session:
            id = session.scalar(INVOICE_OF, {"month": self.month.first})
        self.bills_known[id] = Bill(sessions, day)
        self.invoiced += used * SESSION
        return id

    @rule(id=bills, count=st.integers(1, 2), closed=st.sampled_from((True, True, False)))
    def correct(self, id, count, closed):
        """Sessions turn out not to have been held; the next closing says so."""
        bill = self.bills_known[id]
        wrong, bill.sessions = bill.sessions[:count], bill.sessions[count:]
        bill.wrong += len(wrong)
        self._tell_sessions(wrong, bill.day, minutes=0, at=bill.day + timedelta(days=1))
        if closed:
            self._close()

    @rule(target=orders, id=bills)
    def ask(self, id):
        bill = self.bills_known[id]
        made = self._ask(id)
        if bill.due == 0:
            assert made is (AlreadyPaid if bill.payment else NothingDue)
            return multiple()
        self.known[made] = Order(bill)
        return made

    @rule(id=orders, off=st.sampled_from((0, 0, 0, 0, 0, -1, 1)))
    def pay_what_is_due(self, id, off):
        """What was asked for, whatever is due by now."""
        order = self.known[id]
        amount, due = order.amount + off, order.bill.due
        reference = self._attempt(id, "paid", amount)
        self.cash += amount
        if order.state == "open" and due and amount in (order.amount, due):
            self._settled(order, reference, amount - due)
        else:
            self.credits[reference] = amount
            self.count["payments unapplied"] += 1

    @rule(id=bills, part=st.integers(1, 100), answer=st.sampled_from(("succeeded", "failed")))
    def refund_what_was_used(self, id, part, answer):
        bill = self.bills_known[id]
        if not bill.payment:
            return
        source, credit = self.sources.get(bill.payment), self.credits[bill.payment]
        amount = (credit + bill.claimed) * part // 100
        self.shop.till.refund_answer = answer
        refused = self._refund(bill.payment, amount=Decimal(amount) / 100)
        if amount == 0:
            assert refused is MoreThanPaid
        elif answer == "failed" and not source:
            self.count["refunds failed"] += 1
            assert refused is RefundDeclined
        else:
            assert refused is None
            self._gone_back(bill, source, amount, min(amount, credit))

    def month_accounts(self):
        """What stands on the accounts that only months move, and what is owed."""
        bills = self.bills_known.values()
        return {
            "account receivable": sum(bill.due for bill in bills),
            "account revenue:mentor_session": -sum(bill.claimed for bill in bills),
        }

    def _close(self):
        self.month = self.month.next
        close_month(self.database, self.month)
        for bill in self.bills_known.values():
            self._taken_back(bill)

    def _ask(self, id):
        """The checkout, or what refused it."""
        try:
            with self.database.transaction(SYSTEM) as session:
                made = open_invoice_checkout(session, self.payer, invoice_id=id, method="mpesa", **URLS)["id"]
                checkouts.lock(session, made).start_paying("sandbox", now())
        except (AlreadyPaid, NothingDue) as refusal:
            return type(refusal)
        return made

    def _settled(self, order, reference, over):
        order.state, order.bill.payment = "paid", reference
        self.credits[reference] = over
        self.played["paid too much" if over else "paid what is due"] += 1
        self.count["payments completed"] += 1

    def _gone_back(self, bill, source, amount, of_credit):
        """Credit goes first; for the rest there is a credit note."""
        self.count["refunds completed"] += 1
        self.credits[bill.payment] -= of_credit
        bill.refunded += amount - of_credit
        self.credited += amount - of_credit
        if source:
            self.credits[source] += amount
        else:
            self.cash -= amount

    def _taken_back(self, bill):
        """All that is wrong on its line, or nothing when it holds no more as much."""
        back = bill.wrong * SESSION
        if not back or back > bill.claimed:
            return
        bill.wrong = 0
        bill.credited += back
        self.credited += back
        self.played["credited once paid" if bill.payment else "credited unpaid"] += 1
        if bill.payment:
            self.credits[bill.payment] += back

    def _tell_sessions(self, ids, day, *, minutes, at):
        facts = {"organization_id": self.shop.organization, "student_id": new_id(), "cohort_id": None}
        told = [MentorSessionHeld(session_id=id, held_at=day, minutes=minutes, recorded_at=at, **facts) for id in ids]
        if told:
            with self.database.transaction(SYSTEM) as session:
                record_sessions(session, told)
