"""An organization with students, programs and identity as they answer, and a mailbox."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import responses

from chassis.ids import new_id
from chassis.service import Service
from contracts.events.identity import OrganizationCreated
from notifications.app import SERVICE
from notifications.clients.mailers import Mailer
from notifications.clients.mailers.folder import FolderMailer
from notifications.rules.mail import Mail

Headers = dict[str, str]


@pytest.fixture
def service() -> Service:
    return SERVICE


@pytest.fixture
def organization(deliver: Callable[..., None]) -> UUID:
    """Tumaini Trust, which is answered at its office."""
    organization_id = new_id()
    deliver(told_of(organization_id))
    return organization_id


def told_of(organization_id: UUID, **facts: Any) -> OrganizationCreated:
    known = {"name": "Tumaini Trust", "kind": "sponsor", "slug": "t", "currency": "KES", "time_zone": "Africa/Nairobi"}
    facts = {**known, "contact_email": "office@tumaini.example.org", **facts}
    return OrganizationCreated(organization_id=organization_id, **facts)


@dataclass
class Elsewhere:
    """Programs and identity, answering in their published shapes."""

    recipients: list[dict[str, Any]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    link: tuple[int, dict[str, str]] = (200, {"url": "http://localhost:8000/accept?token=abc"})

    def student(self, **facts: Any) -> UUID:
        """Somebody with an address and an account, unless told otherwise."""
        student_id = new_id()
        known = {"student_id": str(student_id), "name": "Amina Otieno", "email": f"{student_id}@example.org"}
        self.recipients.append({**known, "user_id": str(new_id()), "status": "active", **facts})
        return student_id

    def user_of(self, student_id: UUID) -> UUID:
        return UUID(next(row["user_id"] for row in self.recipients if row["student_id"] == str(student_id)))

    def audience(self, request: Any) -> tuple[int, dict[str, str], str]:
        self.asked.append(json.loads(request.body))
        return self.status, {}, json.dumps({"recipients": self.recipients, "unknown": self.unknown})

    def links(self, request: Any) -> tuple[int, dict[str, str], str]:
        self.asked.append(json.loads(request.body))
        return self.link[0], {}, json.dumps(self.link[1])


@pytest.fixture
def stub() -> Iterator[responses.RequestsMock]:
    """The network, on which identity gives tokens."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as found:
        found.add_passthru("http://127.0.0.1")  # carriers that a test plays itself
        token = {"access_token": "t", "token_type": "Bearer", "expires_in": 300}
        found.post("http://identity.test/internal/token", json=token)
        found.get(re.compile("http://billing.test/internal/invoices/.*/pdf"), body=b"%PDF-1.7 of an invoice")
        yield found


@pytest.fixture
def elsewhere(stub: responses.RequestsMock) -> Elsewhere:
    found = Elsewhere()
    stub.add_callback("POST", "http://programs.test/internal/audience", found.audience)
    stub.add_callback("POST", "http://identity.test/internal/links", found.links)
    return found


@dataclass
class Mailbox:
    """The local folder, read as a mail reader does."""

    folder: Path

    @property
    def mails(self) -> list[EmailMessage]:
        parse = message_from_bytes
        return [parse(file.read_bytes(), policy=policy.default) for file in sorted(self.folder.glob("*.eml"))]  # type: ignore[arg-type]


@pytest.fixture
def mailbox(database: Any, tmp_path: Path) -> Mailbox:
    database.provided[Mailer] = FolderMailer(tmp_path / "mail")
    return Mailbox(tmp_path / "mail")


@pytest.fixture
def send(client: Any, as_: Callable[..., Headers], organization: UUID) -> Callable[..., Any]:
    """``send(**body)`` to a cohort, as somebody of the organization; ``headers=`` to be somebody else."""

    def post(*, headers: Headers | None = None, **body: Any) -> Any:
        words = {} if "template_id" in body else {"subject": "Monday", "body": "We meet at nine."}
        body = {"audience": {"cohort_id": str(UUID(int=7))}, **words, **body}
        sender = as_("messages.send", organization=organization)  # now, for some travel in time
        return client.post("/api/v1/notifications/send/", json=body, headers=sender | (headers or {}))

    return post


@pytest.fixture
def state_of(client: Any, as_: Callable[..., Headers], organization: UUID) -> Callable[..., Any]:
    """``state_of(answer of send)`` → the message's state, as its sender sees it."""

    def get(answer: Any, query: str = "") -> Any:
        url = f"/api/v1/notifications/messages/{answer.json['message_id']}/{query}"
        return client.get(url, headers=as_("messages.send", organization=organization)).json

    return get


@pytest.fixture
def mail() -> Callable[..., Mail]:
    """``mail(**changes)`` → one mail to Amina."""

    def build(**changes: Any) -> Mail:
        facts: dict[str, Any] = {
            "id": new_id(),
            "sender": Address("Ufadhili", "no-reply", "ufadhili.example"),
            "to": Address("Ämina", "amina", "example.org"),
            "reply_to": None,
            "subject": "Häbari",
            "text": "Hello.",
            "html": "<p>Hello.</p>",
            "written_at": datetime(2026, 11, 22, 9, tzinfo=UTC),
        }
        return Mail(**facts | changes)

    return build
