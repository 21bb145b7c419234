"""An organization writes to its students and sees what became of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.notifications import MessageDelivered, MessageFailed
from contracts.pseudonym import pseudonym


def test_a_cohort_is_written_to_in_the_app_and_by_mail(
    *, elsewhere: Any, organization: UUID, mailbox: Any, send: Any, state_of: Any, run_job: Any
) -> None:
    student = elsewhere.student()
    answer = send()
    assert answer.status_code == 202
    assert (answer.json["recipients"], answer.json["excluded"]) == (1, [])
    assert elsewhere.asked == [{"organization_id": str(organization), "cohort_id": str(UUID(int=7))}]
    assert {state: number for state, number in state_of(answer)["states"].items() if number} == {"queued": 2}
    run_job("deliver_due")
    found = {state: number for state, number in state_of(answer)["states"].items() if number}
    assert found == {"sent": 1, "delivered": 1}
    mail = mailbox.mails[0]
    assert mail["To"] == f"Amina Otieno <{student}@example.org>"
    assert mail["From"] == "Tumaini Trust via Ufadhili <no-reply@ufadhili.example>"
    assert mail["Reply-To"] == "Tumaini Trust <office@tumaini.example.org>"
    assert mail["Subject"] == "Monday"
    assert mail["X-Ufadhili-Mailbox"] == "local folder, not sent"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    plain = mail.get_body(("plain",)).get_content()
    assert plain.splitlines()[0] == "We meet at nine."
    assert "sign in at http://localhost:8000, or answer this mail." in plain
    assert "<p>We meet at nine.</p>" in mail.get_body(("html",)).get_content()


def test_the_student_reads_it_and_the_sender_sees_it_opened(
    *, elsewhere: Any, client: Any, as_: Any, send: Any, state_of: Any, run_job: Any
) -> None:
    me = as_(user=elsewhere.user_of(elsewhere.student()))
    answer = send(channels=["in_app"])
    run_job("deliver_due")
    item = client.get("/api/v1/notifications/inbox/?unread=true", headers=me).json["items"][0]
    assert (item["subject"], item["text"], item["html"]) == ("Monday", "We meet at nine.", "<p>We meet at nine.</p>")
    assert (item["organization_name"], item["kind"], item["read_at"]) == ("Tumaini Trust", "message", None)
    read = f"/api/v1/notifications/inbox/{item['id']}/read/"
    assert client.post(read, headers=as_()).status_code == 404, "not another person's"
    for _ in range(2):
        assert client.post(read, headers=me).status_code == 204
    assert client.get("/api/v1/notifications/inbox/?unread=true", headers=me).json["total"] == 0
    assert state_of(answer)["states"]["opened"] == 1


def test_the_sender_sees_pseudonyms_never_names_or_addresses(
    *, elsewhere: Any, organization: UUID, mailbox: Any, send: Any, state_of: Any, run_job: Any
) -> None:
    student = elsewhere.student()
    answer = send()
    run_job("deliver_due")
    shown = state_of(answer, "?state=sent")
    assert [(row["recipient"], row["channel"], row["state"]) for row in shown["recipients"]["items"]] == [
        (pseudonym(organization, student), "email", "sent")
    ]
    for personal in ("Amina", "example.org"):
        assert personal not in str(state_of(answer))
        assert personal not in answer.text


def test_who_is_not_reached_is_listed_with_the_reason(
    *, elsewhere: Any, client: Any, as_: Any, send: Any, mailbox: Any, run_job: Any
) -> None:
    nobody = elsewhere.student(email=None, user_id=None)
    gone = elsewhere.student(status="withdrawn")
    silent = elsewhere.student()
    elsewhere.student(email=None)
    elsewhere.student(user_id=None)
    elsewhere.unknown = [str(UUID(int=1))]
    headers = as_(user=elsewhere.user_of(silent))
    preferences = "/api/v1/notifications/preferences/"
    assert client.get(preferences, headers=headers).json["categories"]["messages"] == dict.fromkeys(
        ("in_app", "email", "sms"), True
    )
    client.put(preferences, json={"in_app": False, "email": False}, headers=headers)
    answer = send().json
    assert answer["recipients"] == 2
    assert {row["student_id"]: row["reason"] for row in answer["excluded"]} == {
        str(UUID(int=1)): "unknown",
        str(nobody): "no_address",
        str(gone): "withdrawn",
        str(silent): "opted_out",
    }
    run_job("deliver_due")
    assert len(mailbox.mails) == 1


def test_a_choice_made_after_sending_still_holds(
    *, elsewhere: Any, client: Any, as_: Any, mailbox: Any, send: Any, state_of: Any, run_job: Any, published: Any
) -> None:
    student = elsewhere.student()
    answer = send()
    body = {"email": False}
    client.put("/api/v1/notifications/preferences/", json=body, headers=as_(user=elsewhere.user_of(student)))
    run_job("deliver_due")
    assert mailbox.mails == []
    failed = state_of(answer, "?state=failed")["recipients"]["items"]
    assert [(row["channel"], row["reason"]) for row in failed] == [("email", "opted_out")]
    assert [event.channel for event in published(MessageFailed)] == ["email"]
    assert [event.student_id for event in published(MessageDelivered)] == [student]


def test_a_student_named_twice_is_written_to_once(
    *, elsewhere: Any, organization: UUID, send: Any, session: Any, mailbox: Any, run_job: Any
) -> None:
    student = elsewhere.student()
    elsewhere.recipients *= 2
    answer = send(audience={"student_ids": [str(student), str(student)]}, channels=["email"])
    assert answer.json["recipients"] == 1
    assert elsewhere.asked[0]["student_ids"] == [str(student)]
    run_job("deliver_due")
    run_job("deliver_due")
    assert len(mailbox.mails) == 1
    assert session.scalar(text("select attempts from deliveries")) == 1


def test_a_message_waits_for_its_time(elsewhere: Any, send: Any, mailbox: Any, run_job: Any) -> None:
    elsewhere.student()
    later = datetime.now(UTC) + timedelta(hours=3)
    answer = send(send_at=later.isoformat())
    assert answer.json["send_at"] == later.isoformat().replace("+00:00", "Z")
    run_job("deliver_due")
    assert mailbox.mails == []
    with time_machine.travel(later + timedelta(seconds=1)):
        run_job("deliver_due")
    assert len(mailbox.mails) == 1


def test_ten_thousand_are_accepted_in_one_call_and_delivered(
    elsewhere: Any, organization: UUID, send: Any, state_of: Any, run_job: Any
) -> None:
    for _ in range(10_000):
        elsewhere.student(email=None)
    answer = send(channels=["in_app"])
    assert answer.json["recipients"] == 10_000
    for _ in range(20):
        run_job("deliver_due")  # a run is short, so that stopping need not wait; the next goes on
    assert state_of(answer)["states"]["delivered"] == 10_000


def test_the_same_key_sends_once(elsewhere: Any, send: Any, session: Any, as_: Any, organization: UUID) -> None:
    elsewhere.student()
    one = as_("messages.send", organization=organization) | {"Idempotency-Key": "monday"}
    first, second = send(headers=one), send(headers=one)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.data == second.data
    assert session.scalar(text("select count(*) from messages")) == 1


def test_only_whom_the_permission_reaches(
    *, elsewhere: Any, client: Any, as_: Any, organization: UUID, send: Any, deliver: Any
) -> None:
    elsewhere.student()
    cohort = new_id()
    narrow = as_(organization=organization, narrowed={cohort: ("messages.send",)})
    assert send(headers=narrow).status_code == 403
    assert send(headers=narrow, audience={"student_ids": [str(new_id())]}).status_code == 403
    mine = send(headers=narrow, audience={"cohort_id": str(cohort)})
    other = send()
    assert (mine.status_code, other.status_code) == (202, 202)
    url = "/api/v1/notifications/messages/"
    assert client.get(f"{url}{mine.json['message_id']}/", headers=narrow).status_code == 200
    assert client.get(f"{url}{other.json['message_id']}/", headers=narrow).status_code == 404
    assert client.get(url, headers=narrow).json["total"] == 1
    stranger = as_("messages.send", organization=new_id())
    assert client.get(f"{url}{mine.json['message_id']}/", headers=stranger).status_code == 404
    assert client.get(url, headers=stranger).json["total"] == 0
    assert send(headers=as_("cohorts.read", organization=organization)).status_code == 403


def test_when_programs_does_not_know_or_does_not_answer(elsewhere: Any, send: Any, session: Any) -> None:
    elsewhere.status = 404
    assert send().status_code == 404
    elsewhere.status = 500
    refused = send()
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert session.scalar(text("select count(*) from messages")) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"audience": {}},
        {"audience": {"cohort_id": str(UUID(int=7)), "student_ids": [str(UUID(int=8))]}},
        {"audience": {"student_ids": []}},
        {"audience": {"student_ids": [str(UUID(int=8))] * 10_001}},
        {"channels": []},
        {"channels": ["email", "email"]},
        {"channels": ["fax"]},
        {"subject": ""},
        {"subject": "Hello\nBcc: everybody@example.org"},
        {"body": "x" * 20_001},
        {"format": "markdown"},
        {"variables": {"day": "Monday"}},
        {"send_at": "2020-01-01T00:00:00Z"},
        {"send_at": "9999-12-31T23:59:59Z"},
        {"sender_id": str(UUID(int=9))},
    ],
)
def test_nonsense_is_refused_and_changes_nothing(
    elsewhere: Any, send: Any, session: Any, change: dict[str, Any]
) -> None:
    elsewhere.student()
    assert send(**change).status_code == 422
    assert session.scalar(text("select count(*) from messages")) == 0
