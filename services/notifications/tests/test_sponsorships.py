"""Students hear that a sponsorship of theirs has begun or ended; organizations' servers hear of all of it."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.billing import InvoiceOverdue
from contracts.events.programs import SponsorshipActivated, SponsorshipCreated, SponsorshipEnded

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
INBOX = "/api/v1/notifications/inbox/"
PREFERENCES = "/api/v1/notifications/preferences/"


@pytest.fixture
def sponsorship(organization: UUID, elsewhere: Any) -> dict[str, UUID]:
    ids = {"sponsorship_id": new_id(), "student_id": elsewhere.student()}
    return {"organization_id": organization, **ids}


@pytest.fixture
def inbox(*, client: Any, as_: Any, elsewhere: Any, sponsorship: dict[str, UUID], run_job: Any) -> Any:
    """``inbox()`` → the subjects and texts the student finds."""

    def read() -> list[tuple[str, str]]:
        run_job("deliver_due")
        me = as_(user=elsewhere.user_of(sponsorship["student_id"]))
        return [(item["subject"], item["text"]) for item in client.get(INBOX, headers=me).json["items"]]

    return read


def created(ids: dict[str, UUID]) -> SponsorshipCreated:
    return SponsorshipCreated(
        **ids, kind="full_scholarship", amount_minor=5_000_000, currency="KES",
        start_date=date(2027, 1, 1), end_date=date(2027, 12, 31), created_at=NOON,
    )  # fmt: skip


def ended(ids: dict[str, UUID], reason: str) -> SponsorshipEnded:
    return SponsorshipEnded(**ids, state="cancelled", reason=reason, ended_at=NOON)


def test_a_sponsorship_is_told_when_money_has_come_and_when_it_ends(sponsorship: Any, deliver: Any, inbox: Any) -> None:
    deliver(created(sponsorship))
    assert inbox() == [], "nothing is promised before money has come"
    begun = SponsorshipActivated(**sponsorship, activated_at=NOON)
    deliver(begun, begun)
    ((subject, words),) = inbox()
    assert (subject, "Tumaini Trust" in words) == ("Your sponsorship has begun", True)
    deliver(ended(sponsorship, "refunded"))
    assert sorted(subject for subject, _ in inbox()) == ["Your sponsorship has begun", "Your sponsorship has ended"]


def test_who_wants_no_news_or_is_erased_is_not_told(
    *, client: Any, as_: Any, elsewhere: Any, sponsorship: Any, deliver: Any, inbox: Any
) -> None:
    me = as_(user=elsewhere.user_of(sponsorship["student_id"]))
    deliver(ended(sponsorship, "erased"))
    assert inbox() == []
    wishes = {"categories": {"progress": {"in_app": False}}}
    assert client.put(PREFERENCES, json=wishes, headers=me).status_code == 200
    deliver(SponsorshipActivated(**sponsorship, activated_at=NOON))
    assert inbox() == []


def test_an_organization_words_it_itself(
    *, client: Any, as_: Any, organization: UUID, sponsorship: Any, deliver: Any, inbox: Any
) -> None:
    words = {"subject": "Hongera", "body": "{{ organization_name }}: {{ day }}", "format": "text"}
    url = "/api/v1/notifications/templates/notices/sponsorship_activated/in_app/"
    manager = as_("messages.send", "org.manage", organization=organization)
    assert client.put(url, json=words, headers=manager).status_code == 200
    deliver(SponsorshipActivated(**sponsorship, activated_at=NOON))
    assert inbox() == [("Hongera", "Tumaini Trust: 22 November 2026, 12:00 UTC")]


def test_its_servers_hear_of_sponsorships_and_of_an_overdue_invoice(
    *, client: Any, as_: Any, organization: UUID, sponsorship: Any, deliver: Any, session: Any
) -> None:
    events = ["invoice.overdue", "sponsorship.activated", "sponsorship.created", "sponsorship.ended"]
    manager = as_("org.manage", organization=organization)
    wanted = {"url": "https://8.8.8.8/hook", "events": events}
    assert client.post("/api/v1/notifications/webhooks/", json=wanted, headers=manager).status_code == 201
    overdue = InvoiceOverdue(
        organization_id=organization, invoice_id=new_id(), number="INV-2026-001", total_minor=2_000_050,
        currency="KES", due_on=date(2026, 11, 8), overdue_at=NOON,
    )  # fmt: skip
    begun = SponsorshipActivated(**sponsorship, activated_at=NOON)
    deliver(created(sponsorship), begun, ended(sponsorship, "cancelled"), overdue, overdue)
    rows = session.execute(text("select event, cast(body as jsonb) -> 'data' as data from webhook_deliveries"))
    told = {row.event: row.data for row in rows}
    assert sorted(told) == events
    assert (told["invoice.overdue"]["total"], told["invoice.overdue"]["due_on"]) == (20000.5, "2026-11-08")
    assert (told["sponsorship.created"]["amount"], told["sponsorship.ended"]["reason"]) == (50000, "cancelled")
    assert {told[name]["student_id"] for name in events[1:]} == {str(sponsorship["student_id"])}
