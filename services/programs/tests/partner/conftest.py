"""A partner, the school whose pupils it funds, and the words their stories use."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from chassis.ids import new_id
from contracts.events.billing import DisbursementMade, FundsAllocated, FundsReversed

WISH = {
    "type": "full_scholarship",
    "amount_per_student": 25000,
    "currency": "KES",
    "start_date": "2026-03-01",
    "end_date": "2099-12-31",
}

PLAN = {
    "name": "Coast Region Digital Literacy 2026",
    "description": "Digital literacy program for Grade 4-6 students in Mombasa and Kilifi counties",
    "target_students": 30,
    "budget": 900000,
    "start_date": "2026-05-01",
    "end_date": "2099-04-30",
}


class Partner:
    """A partner organization, and what a story does as it."""

    def __init__(self, client: Any, headers: dict[str, str], id: UUID) -> None:
        self.client, self.headers, self.id = client, headers, id

    def another(self) -> "Partner":
        """The same partner in another thread: with an HTTP client of its own."""
        return Partner(self.client.application.test_client(), self.headers, self.id)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.client.post(f"/api/v1/partner/{path}", json=body, headers={**self.headers, **more})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/partner/{path}", query_string=query, headers=self.headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/partner/{path}", headers=self.headers)

    def sponsor(self, *students: Any, **more: Any) -> Any:
        """Ask for sponsorships of these students."""
        return self.post("sponsorships", {**WISH, "student_ids": [str(id) for id in students], **more})

    def sponsored(self, *students: Any, **more: Any) -> list[str]:
        """The sponsorships made for these students."""
        answer = self.sponsor(*students, **more)
        assert answer.status_code == 201, answer.json
        return list(answer.json["sponsorship_ids"])

    def listed(self, **query: Any) -> Any:
        answer = self.get("sponsorships", **query)
        assert answer.status_code == 200, answer.json
        return answer.json

    def sponsorship(self, id: str) -> Any:
        answer = self.get(f"sponsorships/{id}")
        assert answer.status_code == 200, answer.json
        return answer.json

    def planned(self, **more: Any) -> str:
        """A program of this plan."""
        answer = self.post("programs", {**PLAN, **more})
        assert answer.status_code == 201, answer.json
        return str(answer.json["id"])

    def program(self, id: str) -> Any:
        answer = self.get(f"programs/{id}")
        assert answer.status_code == 200, answer.json
        return answer.json


@pytest.fixture
def partner_at(as_: Any) -> Callable[..., Partner]:
    """Makes a partner that works through this HTTP client."""

    def make(client: Any, id: UUID) -> Partner:
        return Partner(client, as_("partner", "org.manage", organization=id, kind="partner"), id)

    return make


@pytest.fixture
def partners(client: Any, organization: Any, partner_at: Any) -> Callable[[], Partner]:
    """Makes a partner that identity has announced."""

    def make() -> Partner:
        made: Partner = partner_at(client, organization("partner", "Elimu Trust").id)
        return made

    return make


@pytest.fixture
def partner(partners: Any) -> Partner:
    made: Partner = partners()
    return made


@pytest.fixture
def pupils(academy: Any) -> Callable[..., list[UUID]]:
    """Makes pupils of the academy: bare names, or rows."""

    def enrol(*rows: Any) -> list[UUID]:
        cohort = academy.cohort(seats=20_000)
        named = [row if isinstance(row, dict) else {"external_id": row, "name": row} for row in rows]
        return [UUID(row["student_id"]) for row in academy.enrol(cohort, *named).json["results"]]

    return enrol


def funds(partner: Any, amount: int, **target: Any) -> FundsAllocated:
    """Billing says that ``amount`` (major units) of a payment are for this."""
    return FundsAllocated(
        organization_id=partner.id, allocation_id=new_id(), payment_id=new_id(), amount_minor=amount * 100,
        funded_minor=amount * 100, currency="KES", allocated_at=datetime.now(UTC), **_target(target),
    )  # fmt: skip


def taken_back(partner: Any, left: int = 0, **target: Any) -> FundsReversed:
    """Billing says that money was taken back, and ``left`` (major units) remain."""
    return FundsReversed(
        organization_id=partner.id, reversal_id=new_id(), amount_minor=1, funded_minor=left * 100, currency="KES",
        reversed_at=datetime.now(UTC), **_target(target),
    )  # fmt: skip


def released(partner: Any, amount: int, on: str, what: str = "Term 1", **target: Any) -> DisbursementMade:
    """Billing says that ``amount`` (major units) were released."""
    return DisbursementMade(
        organization_id=partner.id, disbursement_id=new_id(), amount_minor=amount * 100, currency="KES",
        made_on=date.fromisoformat(on), made_at=datetime.fromisoformat(f"{on}T09:00:00+00:00"), description=what,
        **_target(target),
    )  # fmt: skip


def _target(target: dict[str, Any]) -> dict[str, UUID]:
    return {f"{kind}_id": UUID(str(id)) for kind, id in target.items()}


def today() -> str:
    """The day that it is for the partner."""
    return datetime.now(ZoneInfo("Africa/Nairobi")).date().isoformat()
