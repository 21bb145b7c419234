"""What the stories about a month's end share: October 2026 of an organization, told by events."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from billing.app import SERVICE
from billing.commands import COMMANDS
from chassis.cli import _parser
from chassis.ids import new_id
from contracts.events.programs import LabUsed, MentorSessionHeld, PlacementRecorded, SeatAssigned, SeatReleased

OCTOBER = "2026-10"
NOVEMBER_2 = datetime(2026, 11, 2, 9, tzinfo=UTC)


def day(number: int, month: int = 10, hour: int = 9) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=UTC)


@dataclass
class Office:
    """The people who record what students of one organization do, and the one who closes its months."""

    shop: Any
    organization: UUID
    cohort: UUID
    told: dict[UUID, Any] = field(default_factory=dict)

    def seat(self, student: UUID, at: datetime, until: datetime | None = None, cohort: UUID | None = None) -> UUID:
        """The student holds a seat."""
        facts = {
            "seat_id": new_id(), "organization_id": self.organization, "cohort_id": cohort or self.cohort,
            "student_id": student,
        }  # fmt: skip
        self.shop.hear(SeatAssigned(**facts, assigned_at=at))
        if until is not None:
            self.shop.hear(SeatReleased(**facts, released_at=until, reason="withdrawn"))
        return facts["seat_id"]

    def session(self, at: datetime, **other: Any) -> UUID:
        """A mentor session of an hour."""
        return self._tell(MentorSessionHeld, "session_id", held_at=at, **{"minutes": 60, **other})

    def lab(self, at: datetime, minutes: int, **other: Any) -> UUID:
        """Lab use."""
        return self._tell(LabUsed, "usage_id", used_at=at, minutes=minutes, **other)

    def placement(self, on: date, salary: int | None, currency: str | None = "KES", **other: Any) -> UUID:
        """A placement; the salary in major units."""
        minor = salary * 100 if salary is not None else None
        facts = {"placed_on": on, "salary_minor": minor, "currency": currency, **other}
        return self._tell(PlacementRecorded, "placement_id", **facts)

    def correct(self, id: UUID, **other: Any) -> None:
        """Tell the same usage otherwise, later."""
        event = self.told[id]
        self.told[id] = replace(event, recorded_at=event.recorded_at + timedelta(days=31), **other)
        self.shop.hear(self.told[id])

    def _tell(self, kind: Any, key: str, **facts: Any) -> UUID:
        id = new_id()
        usual = {
            "organization_id": self.organization, "student_id": new_id(), "cohort_id": self.cohort,
            "recorded_at": day(1),
        }  # fmt: skip
        self.told[id] = kind(**{key: id, **usual, **facts})
        self.shop.hear(self.told[id])
        return id

    def close(self, month: str = OCTOBER, at: datetime = NOVEMBER_2) -> int:
        """The operator's command; its exit status."""
        with time_machine.travel(at):
            arguments = _parser(SERVICE).parse_args(["close-month", "--month", month])
            return COMMANDS["close-month"][2](self.shop.database, arguments)

    def order_invoice(self, invoice: Any, headers: Any = None, **body: Any) -> Any:
        """POST a checkout that pays it."""
        urls = {"success_url": "https://sponsor.example/paid", "cancel_url": "https://sponsor.example/cart"}
        return self.shop.client.post(
            "/api/v1/billing/checkout/sessions/",
            json={"method": "mpesa", **urls, "invoice_id": invoice["id"], **body},
            headers=headers or self.shop.headers,
        )

    def checkout_of(self, invoice: Any, **body: Any) -> Any:
        """An open checkout that pays it."""
        answer = self.order_invoice(invoice, **body)
        assert answer.status_code == 201, answer.text
        return answer.json

    def pay_invoice(self, invoice: Any) -> None:
        """Pay what is due of it."""
        self.shop.pay(self.checkout_of(invoice)["id"])

    def invoices(self, **query: Any) -> list[Any]:
        return list(reversed(self.shop.get("/invoices/", **query)["items"]))

    def credit_notes(self, **query: Any) -> list[Any]:
        return list(reversed(self.shop.get("/credit-notes/", **query)["items"]))

    def lines(self) -> list[tuple[Any, ...]]:
        """Of every invoice: product, quantity, unit and net."""
        return [
            (line["product"], line["quantity"], line["unit"], line["net"])
            for invoice in self.invoices()
            for line in invoice["lines"]
        ]


@pytest.fixture
def desk(quick: Any) -> Office:
    """Of the shop's own organization, with one cohort, on a database that is rolled back."""
    return Office(quick, quick.organization, quick.new_cohort())


@pytest.fixture
def busy_desk(shop: Any) -> Office:
    """The same on a database that really commits."""
    return Office(shop, shop.organization, shop.new_cohort())
