"""A report by mail obeys its reader's rights at the moment it leaves."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import responses
import time_machine
from sqlalchemy import text

from chassis.ids import new_id
from notifications.usecases.record_mail_report import record_mail_report

URL = "/api/v1/notifications/report-subscriptions/"
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY_EIGHT = datetime(2026, 11, 23, 5, tzinfo=UTC)
"""Eight in the morning in Nairobi."""


class Elsewhere:
    """Identity and analytics, as they answer about one reader."""

    def __init__(self) -> None:
        self.reader: tuple[int, dict[str, Any]] = (
            200, {"access_token": "reader-token", "email": "amina@tumaini.example.org", "name": "Amina"},
        )  # fmt: skip
        self.pdf: tuple[int, bytes] = (200, b"%PDF-1.7 of this moment")
        self.asked: list[dict[str, str]] = []
        self.fetched: list[tuple[str, str]] = []

    def readers(self, request: Any) -> tuple[int, dict[str, str], str]:
        self.asked.append(json.loads(request.body))
        return self.reader[0], {}, json.dumps(self.reader[1])

    def document(self, request: Any) -> tuple[int, dict[str, str], bytes]:
        self.fetched.append((request.path_url, request.headers["Authorization"]))
        return self.pdf[0], {"Content-Type": "application/pdf"}, self.pdf[1]


@pytest.fixture
def others(stub: responses.RequestsMock) -> Elsewhere:
    found = Elsewhere()
    stub.add_callback("POST", "http://identity.test/internal/dashboard-readers", found.readers)
    for dashboard in ("sponsor", f"cohort:{UUID(int=7)}"):
        url = f"http://analytics.test/api/v1/analytics/dashboards/{dashboard}/pdf/"
        stub.add_callback("GET", url, found.document)
    return found


@pytest.fixture
def member() -> UUID:
    return new_id()


@pytest.fixture
def subscribe(client: Any, as_: Any, organization: UUID, member: UUID) -> Any:
    def post(**body: Any) -> Any:
        wanted = {"dashboard_id": "sponsor", "frequency": "weekly", "day": 0, "hour": 8, **body}
        with time_machine.travel(SUNDAY):
            headers = as_("dashboard.view", organization=organization, user=member)
            return client.post(URL, json=wanted, headers=headers)

    return post


@pytest.fixture
def at(run_job: Any) -> Any:
    """``at(moment)``: the worker's turn then."""

    def turn(moment: datetime) -> None:
        with time_machine.travel(moment):
            run_job("queue_reports")
            run_job("deliver_due")

    return turn


@pytest.fixture
def mine(client: Any, as_: Any, organization: UUID, member: UUID) -> Any:
    def get() -> Any:
        return client.get(URL, headers=as_("dashboard.view", organization=organization, user=member)).json["items"]

    return get


def test_the_report_comes_when_it_was_asked_for_as_its_reader_may_see_it(
    *, subscribe: Any, others: Elsewhere, organization: UUID, member: UUID, at: Any, mailbox: Any, mine: Any
) -> None:
    made = subscribe()
    assert made.status_code == 201
    assert (made.json["next_due_at"], made.json["time_zone"]) == ("2026-11-23T05:00:00Z", "Africa/Nairobi")
    at(MONDAY_EIGHT - timedelta(seconds=1))
    assert mailbox.mails == []
    for _ in range(3):
        at(MONDAY_EIGHT + timedelta(seconds=1))
    (mail,) = mailbox.mails
    assert mail["To"] == "Amina <amina@tumaini.example.org>"
    assert mail["Subject"] == "Sponsor dashboard"
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("sponsor-2026-11-23.pdf", "application/pdf")
    assert file.get_content() == b"%PDF-1.7 of this moment"
    assert others.asked == [{"organization_id": str(organization), "user_id": str(member)}]
    assert others.fetched == [("/api/v1/analytics/dashboards/sponsor/pdf/", "Bearer reader-token")]
    assert mine()[0]["next_due_at"] == "2026-11-30T05:00:00Z"


def test_who_was_removed_gets_nothing_and_the_subscription_ends(
    *, subscribe: Any, others: Elsewhere, at: Any, mailbox: Any, mine: Any
) -> None:
    subscribe()
    others.reader = (404, {})
    for week in range(3):
        at(MONDAY_EIGHT + timedelta(weeks=week, seconds=1))
    assert mailbox.mails == []
    assert others.fetched == [], "not even made"
    assert len(others.asked) == 1
    assert mine()[0]["ended_reason"] == "not_allowed"


@pytest.mark.parametrize(("status", "reason"), [(403, "not_allowed"), (404, "gone")])
def test_who_may_not_see_it_any_more_or_what_is_gone_ends_it_too(
    *, subscribe: Any, others: Elsewhere, at: Any, mailbox: Any, mine: Any, status: int, reason: str
) -> None:
    subscribe(dashboard_id=f"cohort:{UUID(int=7)}")
    others.pdf = (status, b"{}")
    at(MONDAY_EIGHT + timedelta(seconds=1))
    assert mailbox.mails == []
    assert mine()[0]["ended_reason"] == reason


@pytest.mark.parametrize(
    "trouble",
    [
        {"reader": (503, {})},
        {"reader": (500, {})},
        {"reader": (200, {"nonsense": True})},
        {"pdf": (503, b"")},
        {"pdf": (429, b"")},
        {"pdf": (200, b"<html>not a document</html>")},
    ],
)
def test_while_nobody_can_be_asked_it_waits_and_is_made_later(
    *, subscribe: Any, others: Elsewhere, at: Any, mailbox: Any, mine: Any, trouble: dict[str, Any]
) -> None:
    subscribe()
    good = {name: getattr(others, name) for name in trouble}
    for name, answer in trouble.items():
        setattr(others, name, answer)
    at(MONDAY_EIGHT + timedelta(seconds=1))
    assert mailbox.mails == []
    assert mine()[0]["ended_at"] is None
    for name, answer in good.items():
        setattr(others, name, answer)
    others.pdf = (200, b"%PDF-1.7 of an hour later")
    at(MONDAY_EIGHT + timedelta(hours=1))
    (file,) = mailbox.mails[0].iter_attachments()
    assert file.get_content() == b"%PDF-1.7 of an hour later"


def test_an_address_that_nobody_proved_gets_no_report(
    subscribe: Any, others: Elsewhere, at: Any, mailbox: Any, session: Any
) -> None:
    subscribe()
    others.reader = (200, {"access_token": "t", "email": None, "name": "Amina"})
    at(MONDAY_EIGHT + timedelta(seconds=1))
    assert mailbox.mails == []
    assert session.scalar(text("select reason from deliveries")) == "address_not_proved"


def test_wishes_of_the_moment_count(
    *, subscribe: Any, others: Elsewhere, client: Any, as_: Any, member: UUID, at: Any, mailbox: Any, session: Any
) -> None:
    subscribe()
    no_reports = {"categories": {"reports": {"email": False}}}
    client.put("/api/v1/notifications/preferences/", json=no_reports, headers=as_(user=member))
    at(MONDAY_EIGHT + timedelta(seconds=1))
    assert mailbox.mails == []
    assert session.scalar(text("select reason from deliveries")) == "opted_out"


@pytest.mark.parametrize(("outcome", "reason"), [("hard", "bounced"), ("complaint", "opted_out")])
def test_a_mailbox_that_is_gone_or_calls_it_spam_gets_no_more_reports(
    *, subscribe: Any, others: Elsewhere, at: Any, mailbox: Any, session: Any, outcome: str, reason: str
) -> None:
    subscribe()
    at(MONDAY_EIGHT + timedelta(seconds=1))
    delivery = session.scalar(text("select id from deliveries"))
    record_mail_report(session, delivery_id=delivery, outcome=outcome)
    at(MONDAY_EIGHT + timedelta(weeks=1, seconds=1))
    assert len(mailbox.mails) == 1
    assert len(others.fetched) == 1
    assert session.scalars(text("select reason from deliveries order by id desc")).first() == reason


def test_what_is_queued_ends_with_the_subscription(
    *, subscribe: Any, others: Elsewhere, client: Any, as_: Any, organization: UUID, member: UUID, run_job: Any,
    mailbox: Any,
) -> None:  # fmt: skip
    url = f"{URL}{subscribe().json['id']}/"
    with time_machine.travel(MONDAY_EIGHT + timedelta(seconds=1)):
        run_job("queue_reports")
        me = as_("dashboard.view", organization=organization, user=member)
        colleague = as_("dashboard.view", organization=organization)
        stranger = as_("dashboard.view", organization=new_id(), user=member)
        assert [client.delete(url, headers=who).status_code for who in (colleague, stranger)] == [404, 404]
        assert [client.delete(url, headers=me).status_code for _ in range(2)] == [204, 204]
        run_job("deliver_due")
    assert mailbox.mails == []
    assert others.asked == []


def test_after_a_long_stop_each_report_comes_once(subscribe: Any, others: Elsewhere, at: Any, mailbox: Any) -> None:
    subscribe()
    subscribe(frequency="monthly", day=1)
    at(MONDAY_EIGHT + timedelta(weeks=9))
    assert len(mailbox.mails) == 2


@pytest.mark.parametrize(
    ("wanted", "due"),
    [
        ({"day": 6, "hour": 16}, "2026-11-22T13:00:00Z"),
        ({"day": 6, "hour": 15}, "2026-11-29T12:00:00Z"),  # it is three already
        ({"frequency": "monthly", "day": 28, "hour": 0}, "2026-11-27T21:00:00Z"),
        ({"frequency": "monthly", "day": 1}, "2026-12-01T05:00:00Z"),
        ({"time_zone": "America/New_York"}, "2026-11-23T13:00:00Z"),
    ],
)
def test_when_it_is_due_is_by_the_readers_clock(subscribe: Any, wanted: dict[str, Any], due: str) -> None:
    assert subscribe(**wanted).json["next_due_at"] == due


def test_eight_in_the_morning_stays_eight_when_clocks_change(
    subscribe: Any, others: Elsewhere, at: Any, mine: Any
) -> None:
    subscribe(time_zone="Europe/Berlin", day=6)
    at(datetime(2027, 3, 21, 7, 0, 1, tzinfo=UTC))
    assert mine()[0]["next_due_at"] == "2027-03-28T06:00:00Z"


@pytest.mark.parametrize(
    "body",
    [
        {"dashboard_id": "cohort:x"},
        {"dashboard_id": "cohort:" + "-" * 36},
        {"dashboard_id": "../../internal"},
        {"frequency": "hourly"},
        {"day": 7},
        {"frequency": "monthly", "day": 0},
        {"frequency": "monthly", "day": 29},
        {"hour": 24},
        {"time_zone": "Mars/Olympus"},
        {"user_id": str(UUID(int=9))},
    ],
)
def test_nonsense_is_refused(subscribe: Any, body: dict[str, Any], session: Any) -> None:
    assert subscribe(**body).status_code == 422
    assert session.scalar(text("select count(*) from report_subscriptions")) == 0


def test_nobody_subscribes_to_what_they_may_not_see(client: Any, as_: Any, organization: UUID) -> None:
    wanted = {"dashboard_id": "sponsor", "frequency": "weekly"}
    cohort = new_id()
    narrow = as_(organization=organization, narrowed={cohort: ("dashboard.view",)})
    assert client.post(URL, json=wanted, headers=as_(organization=organization)).status_code == 403
    assert client.post(URL, json=wanted, headers=narrow).status_code == 403
    assert client.post(URL, json={**wanted, "dashboard_id": f"cohort:{new_id()}"}, headers=narrow).status_code == 403
    assert client.post(URL, json={**wanted, "dashboard_id": f"cohort:{cohort}"}, headers=narrow).status_code == 201


def test_the_same_report_comes_once_and_there_is_an_end_to_them(subscribe: Any, mine: Any) -> None:
    assert subscribe().status_code == 201
    again = subscribe(day=3)
    assert (again.status_code, again.json["code"]) == (409, "already_subscribed")
    for number in range(1, 20):
        assert subscribe(dashboard_id=f"cohort:{UUID(int=number)}").status_code == 201
    assert subscribe(frequency="monthly", day=1).json["code"] == "too_many_subscriptions"
