"""A telephone counts once its owner has typed the code that was sent to it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from chassis.ids import new_id

PHONE, PROOF = "/api/v1/notifications/phone/", "/api/v1/notifications/phone/verify/"
WISHES = "/api/v1/notifications/preferences/"
NIGHT = datetime(2026, 11, 22, 23, tzinfo=UTC)


@pytest.fixture
def code_of(carrier: Any, run_job: Any) -> Any:
    """``code_of()`` → the code that came last."""

    def read() -> str:
        run_job("deliver_due")
        return re.search(r"\b\d{6}\b", carrier.texts[-1]["message"])[0]  # type: ignore[index]

    return read


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_number_is_proved_by_its_code_even_at_night(
    carrier: Any, client: Any, as_: Any, code_of: Any, session: Any
) -> None:
    with time_machine.travel(NIGHT):
        me = as_(user=new_id())
        asked = client.post(PHONE, json={"number": "0712 345 678"}, headers=me)
        assert (asked.status_code, asked.json) == (202, {"number": "+254712345678", "verified": False})
        code = code_of()
        assert carrier.texts[-1]["to"] == "+254712345678"
        kept = str(session.execute(text("select m.data, m.body, p.code_hash from messages m, phones p")).all())
        assert code not in kept, "the code waits nowhere"
        assert client.post(PROOF, json={"code": other(code)}, headers=me).status_code == 409
        assert client.post(PROOF, json={"code": code}, headers=as_(user=new_id())).status_code == 404
        assert client.get(WISHES, headers=me).json["phone"] == {"number": "+254…678", "verified": False}
        assert client.post(PROOF, json={"code": code}, headers=me).status_code == 204
        assert client.get(WISHES, headers=me).json["phone"] == {"number": "+254…678", "verified": True}
        assert client.post(PROOF, json={"code": code}, headers=me).status_code == 409, "once"


def test_five_tries_then_not_even_the_right_code(client: Any, as_: Any, code_of: Any) -> None:
    me = as_(user=new_id())
    client.post(PHONE, json={"number": "+254712345678"}, headers=me)
    code = code_of()
    for _ in range(5):
        assert client.post(PROOF, json={"code": other(code)}, headers=me).status_code == 409
    assert client.post(PROOF, json={"code": code}, headers=me).status_code == 409


def test_a_code_holds_for_ten_minutes_and_for_the_number_it_was_sent_to(
    *, carrier: Any, client: Any, as_: Any, code_of: Any
) -> None:
    user, start = new_id(), datetime(2026, 11, 22, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        me = as_(user=user)
        client.post(PHONE, json={"number": "+254712345678"}, headers=me)
        code = code_of()
        client.post(PHONE, json={"number": "+254712345679"}, headers=me)
        assert client.post(PROOF, json={"code": code}, headers=me).status_code == 409, "of another number"
        newer = code_of()
        assert carrier.texts[-1]["to"] == "+254712345679"
    with time_machine.travel(start + timedelta(minutes=10, seconds=1)):
        assert client.post(PROOF, json={"code": newer}, headers=me).status_code == 409


def test_another_number_is_proved_anew(client: Any, as_: Any, code_of: Any) -> None:
    me = as_(user=new_id())
    client.post(PHONE, json={"number": "+254712345678"}, headers=me)
    client.post(PROOF, json={"code": code_of()}, headers=me)
    assert client.post(PHONE, json={"number": "+254712345678"}, headers=me).json["verified"] is True
    assert client.post(PHONE, json={"number": "+254712345679"}, headers=me).json["verified"] is False
    assert client.delete(PHONE, headers=me).status_code == 204
    assert client.delete(PHONE, headers=me).status_code == 204
    assert client.get(WISHES, headers=me).json["phone"] is None


def test_codes_are_bounded_for_a_person_and_for_a_number(carrier: Any, client: Any, as_: Any, run_job: Any) -> None:
    start = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with time_machine.travel(start):
        me = as_(user=new_id())
        for last in range(5):
            assert client.post(PHONE, json={"number": f"+25471234567{last}"}, headers=me).status_code == 202
        refused = client.post(PHONE, json={"number": "+254712345679"}, headers=me)
        assert (refused.status_code, refused.json["code"]) == (429, "too_many_codes")
        victim = "+254712000000"
        for _ in range(5):
            client.post(PHONE, json={"number": victim}, headers=as_(user=new_id()))
        assert client.post(PHONE, json={"number": victim}, headers=as_(user=new_id())).status_code == 429
        run_job("deliver_due")
        assert [sent["to"] for sent in carrier.texts].count(victim) == 5
    with time_machine.travel(start + timedelta(days=1, seconds=1)):
        assert client.post(PHONE, json={"number": victim}, headers=as_(user=new_id())).status_code == 202


@pytest.mark.parametrize(
    "number",
    ["", "abc", "123", "+2547123", "+254712345678 ext 5", "+254202222222", "+14155550123", "+44 7911 123456", "x" * 41],
)
def test_what_takes_no_texts_of_ours_is_refused(carrier: Any, client: Any, as_: Any, number: str) -> None:
    assert client.post(PHONE, json={"number": number}, headers=as_(user=new_id())).status_code == 422


def test_only_people_have_telephones(carrier: Any, client: Any, as_service: Any) -> None:
    assert client.post(PHONE, json={"number": "+254712345678"}).status_code == 401
    assert client.post(PHONE, json={"number": "+254712345678"}, headers=as_service("gateway")).status_code == 403
