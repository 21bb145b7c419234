"""A sponsor opens a checkout; an administrator confirms a transfer that has arrived."""

from typing import Any

from chassis.testing import Committing
from faults.desks.desk import said
from faults.desks.shop import API, Shop


class Checkouts(Shop):
    """A purchase of two seats."""

    name = "a sponsor's purchase"
    counts = ("select count(*) from checkouts", "select count(*) from checkout_lines")

    def ask(self, key: str) -> Any:
        return self.order(2, key)


class Transfers(Shop):
    """The platform saw the transfer of a purchase: money, its invoice and its seats."""

    name = "a transfer taken"
    counts = (
        "select count(*) from payments where state = 'completed'",
        "select count(*) from ledger_transactions where kind = 'payment'",
        "select count(*) from ledger_transactions where kind = 'invoice'",
        "select count(*) from seat_grants",
        said("payment_completed"),
        said("seats_granted"),
        said("invoice_issued"),
    )

    def __init__(self, committing: Committing) -> None:
        super().__init__(committing)
        self.expected: dict[str, tuple[str, Any]] = {}

    def prepare(self, key: str) -> None:
        opened = self.order(2, f"order of {key}", method="bank_transfer").json
        [(payment,)] = self.rows("select id from payments where checkout_id = :id", id=opened["id"])
        self.expected[key] = str(payment), opened["amount"]

    def ask(self, key: str) -> Any:
        payment, amount = self.expected[key]
        body = {"reference": f"FT {key}", "amount": amount}
        return self.post(f"{API}/payments/{payment}/verify/", body, key, self.platform)
