"""A partner pays for a program that billing has not heard of yet."""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from billing.clients.programs import FoundFundable
from chassis.clock import now
from chassis.testing import headers_of
from faults.desks.desk import said
from faults.desks.shop import Shop


class PartnerPayments(Shop):
    """Each key is of a program of its own, which programs is asked about."""

    name = "a partner's payment"
    counts = (
        "select count(*) from payments where state = 'pending'",
        "select count(*) from checkouts",
        "select count(*) from funding_lines",
        "select count(*) from fundables",
        "select count(*) from invoice_drafts",
        said("payment_initiated"),
    )

    def prepare(self, key: str) -> None:
        self.headers = headers_of(("org.manage", "partner"), organization=self.organization, kind="partner")
        today = now().date()
        id = uuid5(NAMESPACE_URL, key)
        self.programs.known[id] = FoundFundable(
            id=id,
            kind="program",
            organization_id=self.organization,
            amount_minor=150_000_000,
            currency="KES",
            state="planning",
            start_date=today,
            end_date=today + timedelta(days=300),
            name=key,
        )

    def ask(self, key: str) -> Any:
        body = {"amount": 150_000, "method": "mpesa", "program_id": str(uuid5(NAMESPACE_URL, key))}
        return self.post("/api/v1/partner/payments", body, key)
