"""Text messages by Africa's Talking: what it gets, what it answers, and what they cost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from chassis.ids import new_id
from notifications.clients.handing_over import TryLater
from notifications.clients.texters import Texter
from notifications.clients.texters.africas_talking import AfricasTalking
from notifications.clients.texters.base import NoTexter, TextMessage
from notifications.clients.texters.folder import FolderTexter
from notifications.rules.sms import Size, size
from notifications.settings import Texts

AFTERNOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", Size("GSM-7", 0, 0)),
        ("Habari", Size("GSM-7", 6, 1)),
        ("x" * 160, Size("GSM-7", 160, 1)),
        ("x" * 161, Size("GSM-7", 161, 2)),
        ("x" * 306, Size("GSM-7", 306, 2)),
        ("x" * 307, Size("GSM-7", 307, 3)),
        ("€" * 80, Size("GSM-7", 160, 1)),
        # A character of two septets is not cut in two: 152 + 2 do not fit into the first part's 153.
        ("x" * 152 + "€" + "x" * 152, Size("GSM-7", 306, 3)),
        ("ñ" * 160, Size("GSM-7", 160, 1)),
        ("ç" * 70, Size("UCS-2", 70, 1)),
        ("x" * 70 + "ç", Size("UCS-2", 71, 2)),
        ("😀" * 35, Size("UCS-2", 70, 1)),
        ("😀" * 36, Size("UCS-2", 72, 2)),
        ("😀" * 67, Size("UCS-2", 134, 3)),
    ],
)
def test_a_text_falls_into_parts_as_the_standard_says(words: str, found: Size) -> None:
    assert size(words) == found


def test_a_cohort_is_written_to_by_text(
    *, carrier: Any, with_phone: Any, elsewhere: Any, send: Any, state_of: Any, run_job: Any
) -> None:
    with_phone("+254712345678", name="Amina Otieno")
    without = elsewhere.student()
    with time_machine.travel(AFTERNOON):
        answer = send(channels=["sms"], body="We meet at nine.")
        run_job("deliver_due")
    assert answer.json["excluded"] == [{"student_id": str(without), "reason": "no_phone"}]
    (sent,) = carrier.texts
    assert (sent["to"], sent["message"], sent["from"]) == ("+254712345678", "We meet at nine.", "Ufadhili")
    shown = state_of(answer)
    assert shown["states"]["sent"] == 1
    assert "254" not in str(shown), "its sender sees no number"


def test_texts_rest_at_night_unless_somebody_chose_other_hours(
    *, carrier: Any, with_phone: Any, elsewhere: Any, client: Any, as_: Any, send: Any, run_job: Any
) -> None:
    with_phone("+254712345678")
    owl = with_phone("+254712345679")
    quiet = {"quiet_hours": {"start": "06:00", "end": "12:00"}}
    client.put("/api/v1/notifications/preferences/", json=quiet, headers=as_(user=elsewhere.user_of(owl)))
    assert client.get("/api/v1/notifications/preferences/", headers=as_(user=elsewhere.user_of(owl))).json[
        "quiet_hours"
    ]
    with time_machine.travel(datetime(2026, 11, 22, 18, 0, 1, tzinfo=UTC)):  # nine in the evening in Nairobi
        send(channels=["sms"])
        run_job("deliver_due")
        assert [sent["to"] for sent in carrier.texts] == ["+254712345679"]
    with time_machine.travel(datetime(2026, 11, 23, 4, 0, 1, tzinfo=UTC)):
        run_job("deliver_due")
    assert [sent["to"] for sent in carrier.texts] == ["+254712345679", "+254712345678"]


def test_a_text_that_is_too_long_is_refused_before_it_costs(carrier: Any, with_phone: Any, send: Any) -> None:
    with_phone()
    assert send(channels=["sms"], body="x" * 918).status_code == 202
    refused = send(channels=["sms"], body="x" * 919)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "body")
    assert send(channels=["email"], body="x" * 919).status_code == 202


def test_without_a_carrier_there_are_no_texts(database: Any, with_phone: Any, send: Any, session: Any) -> None:
    with_phone()
    database.provided[Texter] = NoTexter()
    refused = send(channels=["sms"])
    assert (refused.status_code, refused.json["code"]) == (409, "texts_are_off")
    assert session.scalar(text("select count(*) from messages")) == 0


TROUBLE = [
    (401, "sms_http_401", "queued"),
    (400, "sms_http_400", "failed"),
    (429, "sms_http_429", "queued"),
    (500, "sms_unavailable", "queued"),
    (503, "sms_unavailable", "queued"),
    ("InvalidSenderId", "sms_invalidsenderid", "queued"),
    ((401, "RiskHold"), "risk_hold", "queued"),
    ((402, "InvalidSenderId"), "invalid_sender_id", "queued"),
    ((405, "InsufficientBalance"), "insufficient_balance", "queued"),
    ((501, "GatewayError"), "sms_501", "queued"),
    ((403, "InvalidPhoneNumber"), "invalid_number", "failed"),
    ((404, "UnsupportedNumberType"), "unsupported_number", "failed"),
    ((406, "UserInBlacklist"), "blacklisted", "failed"),
    ((407, "CouldNotRoute"), "could_not_route", "failed"),
    ((409, "DoNotDisturbRejection"), "do_not_disturb", "failed"),
    ((502, "RejectedByGateway"), "rejected_by_gateway", "failed"),
]


@pytest.mark.parametrize(("ends", "reason", "state"), TROUBLE)
def test_what_ends_otherwise_is_tried_again_or_not(
    *, carrier: Any, with_phone: Any, send: Any, run_job: Any, session: Any, ends: Any, reason: str, state: str
) -> None:
    with_phone()
    carrier.script = [ends]
    with time_machine.travel(AFTERNOON):
        send(channels=["sms"])
        run_job("deliver_due")
    assert session.execute(text("select state, reason from deliveries")).one() == (state, reason)
    with time_machine.travel(AFTERNOON + timedelta(hours=2)):
        run_job("deliver_due")
    assert len(carrier.texts) == (state == "queued")


@pytest.mark.parametrize("code", [403, 404, 406])
def test_a_number_that_takes_no_texts_is_not_written_to_again(
    *, carrier: Any, with_phone: Any, send: Any, run_job: Any, session: Any, code: int
) -> None:
    with_phone()
    carrier.script = [(code, "No")]
    with time_machine.travel(AFTERNOON):
        send(channels=["sms"])
        run_job("deliver_due")
        send(channels=["sms"])
        run_job("deliver_due")
        assert carrier.texts == []
        assert session.scalars(text("select reason from deliveries order by id")).all()[1] == "blacklisted"
    with time_machine.travel(AFTERNOON + timedelta(days=181)):  # numbers change hands
        send(channels=["sms"])
        run_job("deliver_due")
    assert len(carrier.texts) == 1


def test_a_wrong_key_or_an_absent_carrier_is_tried_again(carrier: Any) -> None:
    message = TextMessage(new_id(), "+254712345678", "Hello")
    with pytest.raises(TryLater, match="sms_http_401"):
        AfricasTalking(Texts(carrier.url, "ufadhili", "wrong", "", "", ("KE",))).send(message)
    with pytest.raises(TryLater, match="sms_unavailable"):
        AfricasTalking(Texts("http://127.0.0.1:9", "ufadhili", "key", "", "", ("KE",))).send(message)


def test_a_lost_answer_means_once_more_and_never_nothing(
    *, carrier: Any, with_phone: Any, send: Any, run_job: Any, session: Any
) -> None:
    with_phone()
    carrier.script = [None]  # it took the text, and its answer never came
    with time_machine.travel(AFTERNOON):
        send(channels=["sms"])
        run_job("deliver_due")
    assert session.execute(text("select state, reason from deliveries")).one() == ("queued", "sms_unavailable")
    with time_machine.travel(AFTERNOON + timedelta(minutes=5)):
        run_job("deliver_due")
    assert len(carrier.texts) == 2
    assert session.scalar(text("select provider_id from deliveries")) == carrier.ids()[1]


def test_answers_that_are_none_are_tried_again(carrier: Any) -> None:
    class Odd(AfricasTalking):
        def answer(self, body: Any) -> None:
            self._http.post = lambda *_, **__: body  # type: ignore[method-assign]

    class Said:
        status_code = 201

        def __init__(self, said: Any) -> None:
            self.json = lambda: said

    for said in ([], {}, {"SMSMessageData": None}, {"SMSMessageData": {"Recipients": [{}], "Message": ""}},
                 {"SMSMessageData": {"Recipients": [1]}}, {"SMSMessageData": {"Recipients": []}}):  # fmt: skip
        odd = Odd(Texts(carrier.url, "ufadhili", "key", "", "", ("KE",)))
        odd.answer(Said(said))
        with pytest.raises(TryLater):
            odd.send(TextMessage(new_id(), "+254712345678", "Hello"))


def test_locally_texts_go_into_the_folder_and_say_so(tmp_path: Any) -> None:
    message = TextMessage(new_id(), "+254712345678", "Häbari 😀")
    assert FolderTexter(tmp_path / "mail").send(message) is None
    file = tmp_path / "mail" / f"{message.id}.sms.json"
    assert "Häbari 😀" in file.read_text()
    assert "not sent" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0, "a text may hold a code"
    (tmp_path / "flat").write_text("")
    with pytest.raises(TryLater):
        FolderTexter(tmp_path / "flat").send(message)


def test_the_number_is_the_one_proved_when_it_leaves(
    *, carrier: Any, with_phone: Any, elsewhere: Any, client: Any, as_: Any, send: Any, run_job: Any, session: Any
) -> None:
    gone, moved = with_phone("+254712345678"), with_phone("+254712345679")
    with time_machine.travel(AFTERNOON):
        send(channels=["sms"])
        client.delete("/api/v1/notifications/phone/", headers=as_(user=elsewhere.user_of(gone)))
        session.execute(
            text("update phones set number = '+254712000000' where user_id = :user"),
            {"user": elsewhere.user_of(moved)},
        )
        run_job("deliver_due")
    assert [sent["to"] for sent in carrier.texts] == ["+254712000000"]
    assert session.scalars(text("select reason from deliveries where state = 'failed'")).all() == ["no_phone"]
