"""A partner pays for a program that billing has not heard of yet, and releases what a sponsorship was given."""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from billing.clients.programs import FoundFundable
from chassis.clock import now
from chassis.ids import new_id
from chassis.testing import Committing, headers_of
from contracts.events.programs import SponsorshipActivated, SponsorshipCreated
from faults.desks.desk import said
from faults.desks.shop import API, Shop

PARTNER = "/api/v1/partner"


class _Partner(Shop):
    def __init__(self, committing: Committing) -> None:
        super().__init__(committing)
        self.headers = headers_of(("org.manage", "partner"), organization=self.organization, kind="partner")


class PartnerPayments(_Partner):
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
        return self.post(f"{PARTNER}/payments", body, key)


class Disbursements(_Partner):
    """Each key is of a sponsorship of its own, paid for and due in a month."""

    name = "a disbursement"
    counts = (
        "select count(*) from disbursements where state = 'made'",
        "select count(*) from ledger_transactions where kind = 'disbursement'",
        said("disbursement_made"),
    )

    def prepare(self, key: str) -> None:
        sponsorship, student = uuid5(NAMESPACE_URL, key), new_id()
        day = now().date() + timedelta(days=30)
        mine = {"sponsorship_id": sponsorship, "organization_id": self.organization, "student_id": student}
        terms = {"kind": "full_scholarship", "amount_minor": 100_000, "currency": "KES"}
        self.hear(SponsorshipCreated(**mine, **terms, start_date=day, end_date=day, created_at=now()))
        self.hear(SponsorshipActivated(**mine, activated_at=now()))
        wish = {"amount": 1000, "method": "bank_transfer", "bank_reference": key, "sponsorship_ids": [str(sponsorship)]}
        payment = self.post(f"{PARTNER}/payments", wish, f"payment of {key}").json["id"]
        taken = {"reference": f"FT {key}", "amount": 1000}
        answer = self.post(f"{API}/payments/{payment}/verify/", taken, f"transfer of {key}", self.platform)
        assert answer.status_code == 200, answer.text

    def ask(self, key: str) -> Any:
        [(part,)] = self.rows("select id from disbursements where fundable_id = :id", id=uuid5(NAMESPACE_URL, key))
        return self.post(f"{PARTNER}/disbursements/{part}/disburse", None, key)
