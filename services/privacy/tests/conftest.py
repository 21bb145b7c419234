"""People and organizations, told the way the other services tell of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.ids import new_id
from chassis.service import Service
from contracts.events.identity import EmailVerified, MemberAdded, OrganizationCreated
from contracts.events.programs import StudentRegistered
from privacy.app import SERVICE

ADULT, CHILD = date(2000, 5, 17), date(2015, 5, 17)


@pytest.fixture
def service() -> Service:
    return SERVICE


@dataclass
class World:
    """Tells privacy of people; each verb returns the id."""

    deliver: Callable[..., None]

    def organization(self, kind: str = "sponsor", name: str = "Tumaini Trust") -> UUID:
        organization_id = new_id()
        self.deliver(
            OrganizationCreated(
                organization_id=organization_id,
                name=name,
                kind=kind,
                slug=str(organization_id),
                currency="KES",
                time_zone="Africa/Nairobi",
            )
        )
        return organization_id

    def account(self, email: str) -> UUID:
        user_id = new_id()
        self.deliver(EmailVerified(user_id=user_id, email=email))
        return user_id

    def member(self, organization_id: UUID, user_id: UUID) -> None:
        self.deliver(MemberAdded(organization_id=organization_id, user_id=user_id, role="sponsor_staff"))

    def student(self, organization_id: UUID, student_id: UUID | None = None, **facts: Any) -> UUID:
        student_id = student_id or new_id()
        facts = {"name": "Amina Otieno", "taught": False, "birth_date": ADULT, **facts}
        self.deliver(
            StudentRegistered(
                student_id=student_id, organization_id=organization_id, organization_name="Tumaini Trust", **facts
            )
        )
        return student_id


@pytest.fixture
def world(deliver: Callable[..., None]) -> World:
    return World(deliver)


@dataclass
class Family:
    """A student with an account, a guardian with one, and an organization that funds the student."""

    organization: UUID
    student: UUID
    student_user: UUID
    guardian_user: UUID


@pytest.fixture
def adult(world: World) -> Family:
    """Amina, of age."""
    return family_of(world, ADULT)


@pytest.fixture
def child(world: World) -> Family:
    """Amina, eleven."""
    return family_of(world, CHILD)


def family_of(world: World, birth_date: date | None) -> Family:
    organization = world.organization()
    key = new_id()
    emails = {"email": f"amina.{key}@example.org", "guardian_email": f"mother.{key}@example.org"}
    student = world.student(organization, birth_date=birth_date, **emails)
    return Family(organization, student, world.account(emails["email"]), world.account(emails["guardian_email"]))


@pytest.fixture
def consent(client: Any, as_: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """``consent(user, organization, scope, granted, **more)`` → the response."""

    def post(
        user: UUID, organization: UUID | None, scope: str = "sponsor_view", granted: bool = True, **more: Any
    ) -> Any:
        body = {"organization_id": organization and str(organization), "scope": scope, "granted": granted, **more}
        return client.post("/api/v1/auth/consents/", json=body, headers=as_(user=user))

    return post


@pytest.fixture
def decision(client: Any, as_service: Callable[[str], dict[str, str]]) -> Callable[..., Any]:
    """``decision(student, scope, user_id=…, organization_id=…)`` → the gateway's answer."""

    def ask(student: UUID, scope: str = "sponsor_view", **viewer: Any) -> Any:
        body = {"student_id": str(student), "scope": scope, "purpose": "GET /progress"}
        body |= {name: str(value) if isinstance(value, UUID) else value for name, value in viewer.items()}
        answer = client.post("/internal/decisions", json=body, headers=as_service("gateway"))
        assert answer.status_code == 200, answer.json
        return answer.json

    return ask
