"""The service under test, and the people and events its stories are told with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import responses
import time_machine

from analytics.app import SERVICE
from analytics.clients.privacy import Privacy
from chassis.http_client import HttpClient
from chassis.ids import new_id
from chassis.service import Service
from chassis.wiring import provide
from contracts.event import Event
from contracts.events import billing, identity, programs

PRIVACY = "http://privacy.test/internal/decisions/many"


@pytest.fixture
def service() -> Service:
    return SERVICE


def moment(day: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


@dataclass
class Told:
    """Events about one organization, as its publishers tell them. Each method returns what it tells."""

    organization: UUID = field(default_factory=new_id)
    academy: UUID = field(default_factory=new_id)
    time_zone: str = "Africa/Nairobi"

    def organization_created(self, name: str = "Mwanga Foundation", currency: str = "KES") -> Event:
        return identity.OrganizationCreated(
            organization_id=self.organization, name=name, kind="sponsor", slug="mwanga", currency=currency,
            time_zone=self.time_zone, country="KE", contact_email="hello@mwanga.example",
        )  # fmt: skip

    def course(self, title: str, area: str | None = None) -> programs.CourseCreated:
        return programs.CourseCreated(
            course_id=new_id(), organization_id=self.academy, title=title, subject_area=area
        )  # fmt: skip

    def cohort(
        self,
        name: str = "Autumn",
        seats: int = 30,
        courses: Iterable[UUID] = (),
        start: str = "2026-01-05",
        end: str = "2026-12-18",
    ) -> programs.CohortCreated:
        return programs.CohortCreated(
            cohort_id=new_id(), organization_id=self.organization, name=name, kind="sponsor", seats=seats,
            start_date=date.fromisoformat(start), end_date=date.fromisoformat(end), course_ids=tuple(courses),
        )  # fmt: skip

    def student(
        self, name: str = "Amina Wanjiru", school: str | None = None, grade: str | None = None
    ) -> programs.StudentRegistered:
        return programs.StudentRegistered(
            student_id=new_id(), organization_id=self.organization, organization_name="Mwanga Foundation",
            taught=False, name=name, email="amina@example.org", birth_date=date(2012, 3, 4),
            guardian_email="parent@example.org", school=school, grade_level=grade,
        )  # fmt: skip

    def seats_bought(
        self, quantity: int, day: str = "2026-01-01", months: int = 12, cohort: UUID | None = None
    ) -> billing.SeatsGranted:
        return billing.SeatsGranted(
            organization_id=self.organization, grant_id=new_id(), payment_id=new_id(), quantity=quantity,
            valid_from=moment(day, 0), valid_until=moment(day, 0) + timedelta(days=30 * months), cohort_id=cohort,
        )  # fmt: skip

    def seat(self, cohort: UUID, student: UUID, day: str = "2026-02-01") -> programs.SeatAssigned:
        return programs.SeatAssigned(
            seat_id=new_id(), organization_id=self.organization, cohort_id=cohort, student_id=student,
            assigned_at=moment(day),
        )  # fmt: skip

    def seat_released(self, seat: programs.SeatAssigned, day: str) -> programs.SeatReleased:
        return programs.SeatReleased(
            seat_id=seat.seat_id, organization_id=seat.organization_id, cohort_id=seat.cohort_id,
            student_id=seat.student_id, released_at=moment(day), reason="withdrawn",
        )  # fmt: skip

    def enrolled(self, cohort: UUID, student: UUID, day: str = "2026-02-01") -> programs.StudentEnrolled:
        return programs.StudentEnrolled(
            enrollment_id=new_id(), organization_id=self.organization, cohort_id=cohort, student_id=student,
            enrolled_at=moment(day),
        )  # fmt: skip

    def completed(self, enrolled: programs.StudentEnrolled, day: str) -> programs.EnrollmentCompleted:
        return programs.EnrollmentCompleted(
            enrollment_id=enrolled.enrollment_id, organization_id=enrolled.organization_id,
            cohort_id=enrolled.cohort_id, student_id=enrolled.student_id, completed_at=moment(day),
        )  # fmt: skip

    def withdrawn(self, enrolled: programs.StudentEnrolled, day: str) -> programs.EnrollmentWithdrawn:
        return programs.EnrollmentWithdrawn(
            enrollment_id=enrolled.enrollment_id, organization_id=enrolled.organization_id,
            cohort_id=enrolled.cohort_id, student_id=enrolled.student_id, withdrawn_at=moment(day),
        )  # fmt: skip

    def result(
        self,
        student: UUID,
        course: UUID,
        score: str | None,
        day: str = "2026-05-01",
        *,
        completed: bool = False,
        result_id: UUID | None = None,
        recorded: datetime | None = None,
    ) -> programs.ResultRecorded:
        return programs.ResultRecorded(
            result_id=result_id or new_id(), organization_id=self.academy, student_id=student, course_id=course,
            score=None if score is None else Decimal(score), max_score=Decimal(100), completed=completed,
            result_date=date.fromisoformat(day), recorded_at=recorded or moment(day),
        )  # fmt: skip

    def placed(
        self, student: UUID, day: str = "2026-10-01", salary: int | None = 60_000_000, cohort: UUID | None = None
    ) -> programs.PlacementRecorded:
        return programs.PlacementRecorded(
            placement_id=new_id(), organization_id=self.academy, student_id=student, cohort_id=cohort,
            placed_on=date.fromisoformat(day), salary_minor=salary, currency="KES" if salary else None,
        )  # fmt: skip

    def paid(
        self, minor: int, day: str = "2026-01-02", cohort: UUID | None = None, currency: str = "KES"
    ) -> billing.PaymentCompleted:
        return billing.PaymentCompleted(
            organization_id=self.organization, payment_id=new_id(), amount_minor=minor, currency=currency,
            method="card", completed_at=moment(day), cohort_id=cohort,
        )  # fmt: skip

    def invoice(
        self, minor: int, number: str = "INV-2026-001", day: str = "2026-01-02", cohort: UUID | None = None
    ) -> billing.InvoiceIssued:
        return billing.InvoiceIssued(
            organization_id=self.organization, invoice_id=new_id(), number=number, total_minor=minor,
            currency="KES", issued_on=date.fromisoformat(day), due_on=date.fromisoformat(day), cohort_id=cohort,
        )  # fmt: skip

    def invoice_paid(self, invoice: billing.InvoiceIssued, day: str) -> billing.InvoicePaid:
        return billing.InvoicePaid(
            organization_id=invoice.organization_id, invoice_id=invoice.invoice_id, number=invoice.number,
            total_minor=invoice.total_minor, currency=invoice.currency, paid_at=moment(day),
            cohort_id=invoice.cohort_id,
        )  # fmt: skip

    def corrected(self, invoice: billing.InvoiceIssued, minor: int, day: str) -> billing.CreditNoteIssued:
        return billing.CreditNoteIssued(
            organization_id=invoice.organization_id, credit_note_id=new_id(), number="CN-2026-001",
            invoice_id=invoice.invoice_id, invoice_number=invoice.number, total_minor=minor,
            currency=invoice.currency, issued_on=date.fromisoformat(day), cohort_id=invoice.cohort_id,
        )  # fmt: skip

    def sponsorship(
        self, student: UUID, minor: int = 20_000, kind: str = "full_scholarship", courses: Iterable[UUID] = (),
        start: str = "2026-01-01", end: str = "2026-12-31", created: str = "2025-12-20",
    ) -> programs.SponsorshipCreated:  # fmt: skip
        return programs.SponsorshipCreated(
            sponsorship_id=new_id(), organization_id=self.organization, student_id=student, kind=kind,
            amount_minor=minor, currency="KES", start_date=date.fromisoformat(start),
            end_date=date.fromisoformat(end), created_at=moment(created), course_ids=tuple(courses),
        )  # fmt: skip

    def activated(self, of: programs.SponsorshipCreated, day: str = "2026-01-02") -> programs.SponsorshipActivated:
        return programs.SponsorshipActivated(
            sponsorship_id=of.sponsorship_id, organization_id=of.organization_id, student_id=of.student_id,
            activated_at=moment(day),
        )  # fmt: skip

    def ended(self, of: programs.SponsorshipCreated, state: str, day: str) -> programs.SponsorshipEnded:
        return programs.SponsorshipEnded(
            sponsorship_id=of.sponsorship_id, organization_id=of.organization_id, student_id=of.student_id,
            state=state, reason="ended" if state == "completed" else "cancelled", ended_at=moment(day),
        )  # fmt: skip

    def program(
        self, name: str = "Readers", courses: Iterable[UUID] = (), start: str = "2026-01-01", state: str = "planning",
        end: str = "2026-12-31", changed: str = "2026-01-01",
    ) -> programs.ProgramCreated:  # fmt: skip
        return programs.ProgramCreated(
            program_id=new_id(), organization_id=self.organization, name=name, state=state, target_students=30,
            budget_minor=900_000, currency="KES", start_date=date.fromisoformat(start),
            end_date=date.fromisoformat(end), changed_at=moment(changed), course_ids=tuple(courses),
        )  # fmt: skip

    def joined(
        self, program: programs.ProgramCreated, student: UUID, day: str = "2026-02-05"
    ) -> programs.ProgramStudentEnrolled:
        return programs.ProgramStudentEnrolled(
            program_id=program.program_id, organization_id=program.organization_id, student_id=student,
            enrolled_at=moment(day),
        )  # fmt: skip

    def left(self, program: programs.ProgramCreated, student: UUID, day: str) -> programs.ProgramStudentWithdrawn:
        return programs.ProgramStudentWithdrawn(
            program_id=program.program_id, organization_id=program.organization_id, student_id=student,
            withdrawn_at=moment(day),
        )  # fmt: skip

    def allocated(self, target: Any, minor: int, day: str = "2026-01-02") -> billing.FundsAllocated:
        return billing.FundsAllocated(
            organization_id=self.organization, allocation_id=new_id(), payment_id=new_id(), amount_minor=minor,
            funded_minor=minor, currency="KES", allocated_at=moment(day), **_target(target),
        )  # fmt: skip

    def reversed(self, target: Any, minor: int, day: str = "2026-02-02") -> billing.FundsReversed:
        return billing.FundsReversed(
            organization_id=self.organization, reversal_id=new_id(), amount_minor=minor, funded_minor=0,
            currency="KES", reversed_at=moment(day), **_target(target),
        )  # fmt: skip

    def initiated(self, minor: int, day: str = "2026-01-02") -> billing.PaymentInitiated:
        return billing.PaymentInitiated(
            organization_id=self.organization, payment_id=new_id(), amount_minor=minor, currency="KES",
            method="bank_transfer", initiated_at=moment(day),
        )  # fmt: skip

    def payment_failed(self, of: billing.PaymentInitiated, day: str = "2026-01-05") -> billing.PaymentFailed:
        return billing.PaymentFailed(
            organization_id=of.organization_id, payment_id=of.payment_id, amount_minor=of.amount_minor,
            currency=of.currency, method=of.method, failed_at=moment(day), reason="expired",
        )  # fmt: skip

    def payment_completed(self, of: billing.PaymentInitiated, day: str = "2026-01-05") -> billing.PaymentCompleted:
        return billing.PaymentCompleted(
            organization_id=of.organization_id, payment_id=of.payment_id, amount_minor=of.amount_minor,
            currency=of.currency, method=of.method, completed_at=moment(day), credited=True,
        )  # fmt: skip

    def scheduled(self, target: Any, minor: int, due: str) -> billing.DisbursementScheduled:
        return billing.DisbursementScheduled(
            organization_id=self.organization, disbursement_id=new_id(), amount_minor=minor, currency="KES",
            due_on=date.fromisoformat(due), description="Monthly scholarship disbursement",
            scheduled_at=moment("2026-01-02"), **_target(target),
        )  # fmt: skip

    def made(self, of: billing.DisbursementScheduled, day: str) -> billing.DisbursementMade:
        return billing.DisbursementMade(
            organization_id=of.organization_id, disbursement_id=of.disbursement_id, amount_minor=of.amount_minor,
            currency=of.currency, made_on=date.fromisoformat(day), made_at=moment(day), description=of.description,
            sponsorship_id=of.sponsorship_id, program_id=of.program_id,
        )  # fmt: skip

    def undone(self, of: billing.DisbursementScheduled, day: str = "2026-03-05") -> billing.DisbursementCancelled:
        return billing.DisbursementCancelled(
            organization_id=of.organization_id, disbursement_id=of.disbursement_id, cancelled_at=moment(day),
            sponsorship_id=of.sponsorship_id, program_id=of.program_id,
        )  # fmt: skip


def _target(target: Any) -> dict[str, UUID]:
    """What money is for."""
    if isinstance(target, programs.SponsorshipCreated):
        return {"sponsorship_id": target.sponsorship_id}
    return {"program_id": target.program_id}


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def another() -> Told:
    """A second organization, which must never be seen by the first."""
    return Told()


class PrivacyStub:
    """The privacy service's published shape; nobody consents until somebody does."""

    def __init__(self) -> None:
        self.consenting: set[UUID] = set()
        self.asked: list[dict[str, Any]] = []
        self.status = 200

    def answer(self, request: Any) -> tuple[int, dict[str, str], str]:
        import json

        body = json.loads(request.body)
        self.asked.append(body)
        decisions = {
            student: {"allowed": UUID(student) in self.consenting, "basis": "consent", "grant_id": None}
            for student in body["student_ids"]
        }
        shown = {"decisions": decisions, "policy_version": "1", "checked_at": "2026-11-22T00:00:00Z"}
        return self.status, {}, json.dumps(shown)


@pytest.fixture(autouse=True)
def privacy(request: pytest.FixtureRequest) -> Iterable[PrivacyStub]:
    stub = PrivacyStub()
    if "database" in request.fixturenames:
        # A client of its own, so that one story's breaker does not open in the next.
        client = HttpClient("http://privacy.test", token=lambda: "service-token", backoff=0)
        provide(request.getfixturevalue("database"), Privacy, Privacy(client))
    with responses.RequestsMock(assert_all_requests_are_fired=False) as http:
        http.add_callback(responses.POST, PRIVACY, stub.answer)
        yield stub


@pytest.fixture
def read(client: Any, as_: Callable[..., dict[str, str]], told: Told) -> Callable[..., Any]:
    """GET as a member of the organization who may see dashboards and cohorts; returns the JSON of a 200."""

    def get(path: str, **query: Any) -> Any:
        headers = as_("dashboard.view", "cohorts.read", organization=told.organization)
        answer = client.get(f"/api/v1{path}", query_string=query, headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    return get


@pytest.fixture
def november() -> Iterable[None]:
    """A Sunday in November at which stories are read."""
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False):
        yield
