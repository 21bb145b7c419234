"""The service under test, and how its stories begin."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.ids import new_id
from contracts.events.billing import SeatsGranted
from contracts.events.identity import OrganizationCreated
from programs.app import SERVICE
from programs.clients.privacy import Privacy
from programs.errors import ConsentRequired

ALL = (
    "cohorts.manage", "cohorts.read", "courses.manage", "records.write", "rosters.import", "placements.manage",
    "candidates.read",
)  # fmt: skip


@pytest.fixture
def service() -> Any:
    return SERVICE


class Answers:
    """Privacy, as a test wants it: who may be seen, and what was asked."""

    def __init__(self) -> None:
        self.visible_students: set[UUID] = set()
        self.refuses = False
        self.asked: list[dict[str, Any]] = []

    def visible(self, caller: Any, organization_id: UUID, student_ids: Any, **how: Any) -> set[UUID]:
        self.asked.append(
            {"caller": caller, "organization_id": organization_id, "student_ids": list(student_ids), **how}
        )
        return self.visible_students & set(student_ids)

    def require(self, viewer: Any, student_id: UUID, **how: Any) -> None:
        self.asked.append({"viewer": viewer, "student_id": student_id, **how})
        if self.refuses:
            raise ConsentRequired()


@pytest.fixture
def privacy(database: Any) -> Answers:
    """Privacy's answers; by default nobody consented."""
    answers = Answers()
    database.provided[Privacy] = answers
    return answers


class Organization:
    """An organization with everything permitted, and what a story does as it."""

    def __init__(self, client: Any, headers: dict[str, str], id: UUID, kind: str) -> None:
        self.client, self.headers, self.id, self.kind = client, headers, id, kind

    def another(self) -> "Organization":
        """The same organization in another thread: with an HTTP client of its own."""
        return Organization(self.client.application.test_client(), self.headers, self.id, self.kind)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.client.post(f"/api/v1/programs/{path}", json=body, headers={**self.headers, **more})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/programs/{path}", query_string=query, headers=self.headers)

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(f"/api/v1/programs/{path}", json=body, headers=self.headers)

    def course(self, title: str = "Mathematics") -> str:
        answer = self.post("courses/", {"title": title})
        assert answer.status_code == 201, answer.json
        return str(answer.json["id"])

    def cohort(self, seats: int = 100, **more: Any) -> str:
        body = {"name": "January", "start_date": "2027-01-11", "end_date": "2027-06-30", "seats": seats, **more}
        answer = self.post("cohorts/", body)
        assert answer.status_code == 201, answer.json
        return str(answer.json["id"])

    def enrol(self, cohort: str, *students: Any) -> Any:
        """Enrol these; a bare name stands for a student of that name and an address made of it."""
        return self.post(f"cohorts/{cohort}/enrollments/", {"students": [_student(student) for student in students]})

    def listed(self, cohort: str, **query: Any) -> Any:
        answer = self.get(f"cohorts/{cohort}/enrollments/list/", **query)
        assert answer.status_code == 200, answer.json
        return answer.json

    def statuses(self, cohort: str, *students: Any) -> list[str]:
        return [row["status"] for row in self.enrol(cohort, *students).json["results"]]


def _student(student: Any) -> Any:
    if isinstance(student, str):
        return {"email": f"{student.lower()}@school.example", "name": student}
    return student


@pytest.fixture
def organization_at(as_: Any) -> Callable[..., Organization]:
    """Makes an organization that works through this HTTP client."""

    def make(client: Any, kind: str, id: UUID | None = None) -> Organization:
        made = id or new_id()
        return Organization(client, as_(*ALL, organization=made, kind=kind), made, kind)

    return make


@pytest.fixture
def organization(client: Any, organization_at: Any, deliver: Any, privacy: Answers) -> Callable[..., Organization]:
    """Makes an organization that identity has announced; privacy's answers are ``privacy``'s."""

    def make(kind: str = "sponsor", name: str = "Bright Futures") -> Organization:
        made = new_id()
        deliver(
            OrganizationCreated(
                organization_id=made, name=name, kind=kind, slug="x", currency="KES", time_zone="Africa/Nairobi"
            )
        )
        organization: Organization = organization_at(client, kind, made)
        return organization

    return make


@pytest.fixture
def sponsor(organization: Any) -> Organization:
    made: Organization = organization("sponsor")
    return made


@pytest.fixture
def academy(organization: Any) -> Organization:
    made: Organization = organization("academy", "Uhuru School")
    return made


@pytest.fixture
def grant(deliver: Any) -> Callable[..., UUID]:
    """Billing grants seats: ``grant(sponsor, 3, cohort=…, days=30)``. Returns the grant's id."""

    def give(to: Any, quantity: int, *, cohort: str | None = None, start: int = -1, days: int = 30) -> UUID:
        begin = datetime.now(UTC) + timedelta(days=start)
        event = SeatsGranted(
            organization_id=to.id, grant_id=new_id(), payment_id=new_id(), quantity=quantity, valid_from=begin,
            valid_until=begin + timedelta(days=days), cohort_id=UUID(cohort) if cohort else None,
        )  # fmt: skip
        deliver(event)
        return event.grant_id

    return give
