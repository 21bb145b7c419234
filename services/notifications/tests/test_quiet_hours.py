"""Nobody is disturbed at night, by the clock on their own wall."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.identity import EmailVerificationRequested, OrganizationCreated
from notifications.rules.quiet_hours import QuietHours

NIGHT = QuietHours(time(22), time(7))
NOON_BREAK = QuietHours(time(12), time(13, 30))
BERLIN, NAIROBI = ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Nairobi")
WISHES = "/api/v1/notifications/preferences/"


@pytest.mark.parametrize(
    ("moment", "zone", "hours", "over"),
    [
        ("2026-11-22T18:59:59+00:00", NAIROBI, NIGHT, None),
        ("2026-11-22T19:00:00+00:00", NAIROBI, NIGHT, "2026-11-23T04:00:00+00:00"),
        ("2026-11-23T03:59:59+00:00", NAIROBI, NIGHT, "2026-11-23T04:00:00+00:00"),
        ("2026-11-23T04:00:00+00:00", NAIROBI, NIGHT, None),
        ("2026-11-22T09:00:00+00:00", NAIROBI, NOON_BREAK, "2026-11-22T10:30:00+00:00"),
        # The night in which an hour is left out is shorter, the one in which an hour comes twice is longer.
        ("2026-03-28T21:00:00+00:00", BERLIN, NIGHT, "2026-03-29T05:00:00+00:00"),
        ("2026-10-24T20:00:00+00:00", BERLIN, NIGHT, "2026-10-25T06:00:00+00:00"),
        # Half past two is left out on 29 March: it comes as much later.
        ("2026-03-29T00:00:00+00:00", BERLIN, QuietHours(time(22), time(2, 30)), "2026-03-29T01:30:00+00:00"),
        # It comes twice on 25 October: quiet before the first ends with that, before the second with the second.
        ("2026-10-25T00:15:00+00:00", BERLIN, QuietHours(time(22), time(2, 30)), "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T01:15:00+00:00", BERLIN, QuietHours(time(22), time(2, 30)), "2026-10-25T01:30:00+00:00"),
    ],
)
def test_quiet_is_over_when_the_wall_says_so(moment: str, zone: ZoneInfo, hours: QuietHours, over: str | None) -> None:
    found = hours.over_at(datetime.fromisoformat(moment), zone)
    assert found == (datetime.fromisoformat(over) if over else None)


@pytest.fixture
def write(client: Any, as_: Any, organization: UUID) -> Any:
    """``write()`` mails to the cohort now."""

    def post(*channels: str) -> Any:
        body = {"audience": {"cohort_id": str(UUID(int=7))}, "channels": list(channels), "subject": "S", "body": "B"}
        answer = client.post(
            "/api/v1/notifications/send/", json=body, headers=as_("messages.send", organization=organization)
        )
        assert answer.status_code == 202
        return answer

    return post


def wish(client: Any, as_: Any, user: UUID, **wishes: Any) -> None:
    assert client.put(WISHES, json=wishes, headers=as_(user=user)).status_code == 200


def test_a_mail_waits_for_the_morning_of_its_reader(
    *, elsewhere: Any, client: Any, as_: Any, mailbox: Any, write: Any, run_job: Any, session: Any
) -> None:
    reader = elsewhere.user_of(elsewhere.student())
    quiet = {"start": "22:00", "end": "07:00"}
    with time_machine.travel(datetime(2026, 11, 22, 15, 30, tzinfo=UTC)):
        # In Tokyo it is half past midnight; in Nairobi, where the organization is, a Sunday afternoon.
        wish(client, as_, reader, time_zone="Asia/Tokyo", quiet_hours=quiet)
        write("email", "in_app")
        run_job("deliver_due")
        waiting = session.execute(text("select state, reason, attempts from deliveries where channel = 'email'")).one()
        assert waiting == ("queued", "quiet_hours", 0), "that was no attempt"
        assert session.scalar(text("select state from deliveries where channel = 'in_app'")) == "delivered"
    with time_machine.travel(datetime(2026, 11, 22, 21, 59, tzinfo=UTC)):
        run_job("deliver_due")
        assert mailbox.mails == []
    with time_machine.travel(datetime(2026, 11, 22, 22, 0, 1, tzinfo=UTC)):
        run_job("deliver_due")
    assert len(mailbox.mails) == 1


def test_without_a_zone_of_their_own_the_organizations_counts(
    *, elsewhere: Any, deliver: Any, organization: UUID, client: Any, as_: Any, mailbox: Any, write: Any, run_job: Any
) -> None:
    names = {"name": "T", "kind": "sponsor", "slug": "t", "currency": "JPY", "contact_email": None}
    deliver(OrganizationCreated(organization_id=organization, time_zone="Asia/Tokyo", **names))
    quiet = {"start": "22:00", "end": "07:00"}
    wish(client, as_, elsewhere.user_of(elsewhere.student()), quiet_hours=quiet)
    with time_machine.travel(datetime(2026, 11, 22, 15, tzinfo=UTC)):
        write("email")
        run_job("deliver_due")
        assert mailbox.mails == []
    with time_machine.travel(datetime(2026, 11, 22, 22, 1, tzinfo=UTC)):
        run_job("deliver_due")
    assert len(mailbox.mails) == 1


def test_what_somebody_must_be_told_waits_for_no_morning(
    *, elsewhere: Any, client: Any, as_: Any, deliver: Any, mailbox: Any, run_job: Any
) -> None:
    me = new_id()
    wish(client, as_, me, time_zone="UTC", quiet_hours={"start": "00:00", "end": "23:59"})
    with time_machine.travel(datetime(2026, 11, 22, 3, tzinfo=UTC)):
        deliver(EmailVerificationRequested(user_id=me, email="new@example.org", name="Amina"))
        run_job("deliver_due")
    assert len(mailbox.mails) == 1


def test_many_who_sleep_hold_up_nobody_who_is_awake(
    *, elsewhere: Any, client: Any, as_: Any, mailbox: Any, write: Any, run_job: Any
) -> None:
    start = datetime(2026, 11, 22, 1, tzinfo=UTC)
    for _ in range(45):
        wish(client, as_, elsewhere.user_of(elsewhere.student()), time_zone="UTC",
             quiet_hours={"start": "00:00", "end": "06:00"})  # fmt: skip
    elsewhere.student(name="Awake")
    with time_machine.travel(start):
        write("email")
        run_job("deliver_due")
        assert [mail["To"].addresses[0].display_name for mail in mailbox.mails] == ["Awake"]
    with time_machine.travel(start + timedelta(hours=5, seconds=1)):
        for _ in range(5):
            run_job("deliver_due")  # a run is short; the next goes on
    assert len(mailbox.mails) == 46


@pytest.mark.parametrize(
    "wishes",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": 3},
        {"quiet_hours": {"start": "21:00"}},
        {"quiet_hours": {"start": "21:00", "end": "21:00"}},
        {"quiet_hours": {"start": "25:00", "end": "07:00"}},
        {"quiet_hours": {"start": "9", "end": "07:00"}},
        {"quiet_hours": "night"},
        {"open_tracking": "yes"},
        {"email": "no"},
        {"fax": True},
        {"email": None},
        {"categories": {"service": {"email": False}}},
        {"categories": {"messages": {"fax": False}}},
    ],
)
def test_wishes_that_are_none_are_refused_whole(client: Any, as_: Any, wishes: dict[str, Any]) -> None:
    me = as_(user=new_id())
    before = client.get(WISHES, headers=me).json
    assert client.put(WISHES, json={"sms": False, **wishes}, headers=me).status_code == 422
    assert client.get(WISHES, headers=me).json == before


def test_wishes_are_shown_and_change_only_where_named(client: Any, as_: Any) -> None:
    me = as_(user=new_id())
    quiet = {"start": "21:30", "end": "06:00"}
    client.put(WISHES, json={"categories": {"reports": {"email": False}}, "quiet_hours": quiet}, headers=me)
    shown = client.put(WISHES, json={"email": False, "time_zone": "Africa/Kampala"}, headers=me).json
    every = dict.fromkeys(("in_app", "email", "sms"), True)
    assert shown == {
        "in_app": True,
        "email": False,
        "sms": True,
        "categories": {"messages": {**every, "email": False}, "progress": every, "reports": {**every, "email": False}},
        "time_zone": "Africa/Kampala",
        "quiet_hours": quiet,
        "open_tracking": False,
        "phone": None,
    }
    assert client.put(WISHES, json={"quiet_hours": None}, headers=me).json["quiet_hours"] is None
    assert client.get(WISHES, headers=as_(user=new_id())).json["quiet_hours"] is None, "another person's are theirs"
