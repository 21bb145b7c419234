"""A partner of the shop: what it funds, what it pays, and what becomes of that."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import pytest
import time_machine
from werkzeug.test import TestResponse

from billing.clients.payment_gateway import Attempt
from chassis.clock import now
from chassis.ids import new_id
from chassis.testing import Headers, headers_of
from contracts.events.programs import (
    ProgramCreated,
    ProgramUpdated,
    SponsorshipActivated,
    SponsorshipCreated,
    SponsorshipEnded,
)

PARTNER = "/api/v1/partner"
START = datetime(2026, 2, 15, 10, tzinfo=UTC)


@dataclass
class Partner:
    """The doors of the partner family, for one organization; ``shop`` is everybody else's."""

    shop: Any
    organization: UUID

    @cached_property
    def person(self) -> UUID:
        """Who asks."""
        return new_id()

    @property
    def headers(self) -> Headers:
        permissions = ("org.manage", "partner")
        return headers_of(permissions, organization=self.organization, kind="partner", user=self.person)

    def ask(self, path: str, **query: Any) -> TestResponse:
        """GET what may be refused."""
        answer: TestResponse = self.shop.client.get(PARTNER + path, query_string=query, headers=self.headers)
        return answer

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def pay(self, amount: int = 150_000, *, key: str | None = None, **body: Any) -> TestResponse:
        """POST a payment; by M-Pesa unless told otherwise."""
        told = {"amount": amount, "method": "mpesa", **body}
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        answer: TestResponse = self.shop.client.post(f"{PARTNER}/payments", json=told, headers=headers)
        return answer

    def open(self, amount: int = 150_000, **body: Any) -> str:
        """Open a payment; its id."""
        answer = self.pay(amount, **body)
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def fund(self, amount: int = 150_000, **body: Any) -> str:
        """Open and pay it; its id."""
        payment = self.open(amount, **body)
        self.arrive(payment)
        return payment

    def checkout(self, payment: str) -> str:
        [(checkout,)] = self.shop.rows("select checkout_id from payments where id = :id", id=payment)
        return str(checkout)

    def arrive(self, payment: str, *attempts: Attempt) -> None:
        """The money of a payment comes, or these attempts do."""
        self.shop.pay(self.checkout(payment), *attempts)

    def verify(self, payment: str, amount: int, reference: str | None = None) -> TestResponse:
        """The platform has seen the transfer."""
        headers = {**self.shop.platform, "Idempotency-Key": str(new_id())}
        told = {"reference": reference or f"FT{new_id()}", "amount": amount}
        answer: TestResponse = self.shop.client.post(
            f"/api/v1/billing/payments/{payment}/verify/", json=told, headers=headers
        )
        return answer

    def status(self, payment: str) -> str:
        return str(self.get(f"/payments/{payment}")["status"])

    def program(self, budget: int = 1_500_000, **more: Any) -> str:
        """A program that programs has told of; its id."""
        event = program_created(self.organization, budget, **more)
        self.shop.hear(event)
        return str(event.program_id)

    def sponsorship(self, amount: int = 25_000, **more: Any) -> str:
        """A sponsorship that programs has told of; its id."""
        event = sponsorship_created(self.organization, amount, **more)
        self.shop.hear(event)
        return str(event.sponsorship_id)

    def program_is(self, program: str, state: str, budget: int = 1_500_000) -> None:
        """Programs says that its state is another now."""
        created = program_created(self.organization, budget)
        facts = {**created.__dict__, "program_id": UUID(program), "state": state, "changed_at": now()}
        self.shop.hear(ProgramUpdated(**facts))

    def activated(self, sponsorship: str) -> None:
        """Programs says that it is active now."""
        self.shop.hear(
            SponsorshipActivated(
                sponsorship_id=UUID(sponsorship),
                organization_id=self.organization,
                student_id=new_id(),
                activated_at=now(),
            )
        )

    def ended(self, sponsorship: str, state: str = "cancelled") -> None:
        """Programs says that it has ended."""
        self.shop.hear(
            SponsorshipEnded(
                sponsorship_id=UUID(sponsorship),
                organization_id=self.organization,
                student_id=new_id(),
                state=state,
                reason="ended" if state == "completed" else "cancelled",
                ended_at=now(),
            )
        )

    def disbursements(self, **query: Any) -> list[Any]:
        return list(self.get("/disbursements", **{"limit": 100, **query})["disbursements"])

    def disburse(self, disbursement: str, key: str | None = None) -> TestResponse:
        headers = {**self.headers, "Idempotency-Key": key or str(new_id())}
        answer: TestResponse = self.shop.client.post(
            f"{PARTNER}/disbursements/{disbursement}/disburse", headers=headers
        )
        return answer


def program_created(organization: UUID, budget: int = 1_500_000, **more: Any) -> ProgramCreated:
    usual = {
        "program_id": new_id(),
        "organization_id": organization,
        "name": "Nairobi STEM Scholars 2026",
        "state": "planning",
        "target_students": 50,
        "budget_minor": budget * 100,
        "currency": "KES",
        "start_date": date(2026, 3, 1),
        "end_date": date(2026, 12, 31),
        "changed_at": now(),
    }
    return ProgramCreated(**{**usual, **more})


def sponsorship_created(organization: UUID, amount: int = 25_000, **more: Any) -> SponsorshipCreated:
    usual = {
        "sponsorship_id": new_id(),
        "organization_id": organization,
        "student_id": new_id(),
        "kind": "full_scholarship",
        "amount_minor": amount * 100,
        "currency": "KES",
        "start_date": date(2026, 3, 1),
        "end_date": date(2026, 12, 31),
        "created_at": now(),
    }
    return SponsorshipCreated(**{**usual, **more})


@pytest.fixture
def travel():
    """The day most of these stories are told on; they may go on later."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def partner(quick, travel):
    """A partner in a shop with a provider in memory."""
    return Partner(quick, quick.organization)


@pytest.fixture
def stranger(partner):
    """Another partner of the same shop."""
    return replace(partner, organization=new_id())


@dataclass
class Racing(Partner):
    """A partner in a shop where every transaction really commits, at today's date."""

    @property
    def one_day(self) -> dict[str, date]:
        """A sponsorship of one part, which is due in a month."""
        day = now().date() + timedelta(days=30)
        return {"start_date": day, "end_date": day}

    def sponsorship(self, amount: int = 25_000, **more: Any) -> str:
        day = now().date()
        return super().sponsorship(amount, **{"start_date": day, "end_date": day + timedelta(days=300), **more})

    def pay_for(self, amount: int, **body: Any) -> str:
        """Open and pay it at the sandbox; its id."""
        payment = self.open(amount, **body)
        self.shop.at_provider(self.shop.press_pay(self.checkout(payment)), "pay")
        self.shop.deliver()
        return payment


@pytest.fixture
def racing(shop):
    """A partner whose stories are about threads."""
    return Racing(shop, shop.organization)
