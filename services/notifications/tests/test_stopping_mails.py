"""Whoever does not want mails any more says so in one click, without an account; machines that follow links do not."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.billing import PaymentCompleted
from contracts.events.programs import EnrollmentCompleted

WISHES = "/api/v1/notifications/preferences/"


def link_of(mail: Any) -> str:
    """The path behind a mail's List-Unsubscribe."""
    return re.fullmatch(r"<http://localhost:8000(/unsubscribe/[A-Za-z0-9_.-]+)>", mail["List-Unsubscribe"])[1]  # type: ignore[index]


@pytest.fixture
def mailed(elsewhere: Any, mailbox: Any, send: Any, run_job: Any) -> Any:
    """``mailed()`` writes to the cohort by mail; returns the mails that have left by now."""

    def write() -> list[Any]:
        assert send(channels=["email"]).status_code == 202
        run_job("deliver_due")
        return list(mailbox.mails)

    return write


def test_a_mail_says_how_it_is_stopped(elsewhere: Any, mailed: Any) -> None:
    elsewhere.student()
    (mail,) = mailed()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = f"http://localhost:8000{link_of(mail)}"
    assert link in mail.get_body(("plain",)).get_content()
    assert f'href="{link}"' in mail.get_body(("html",)).get_content()
    assert "example.org" not in link, "no address in a URL"


def test_looking_stops_nothing_and_one_click_does(
    *, elsewhere: Any, client: Any, as_: Any, mailed: Any, send: Any
) -> None:
    student = elsewhere.student()
    (mail,) = mailed()
    page = client.get(link_of(mail))
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert client.head(link_of(mail)).status_code == 200
    assert len(mailed()) == 2
    for _ in range(2):
        click = client.post(link_of(mail), data={"List-Unsubscribe": "One-Click"})
        assert click.status_code == 200
    assert len(mailed()) == 2
    assert send(channels=["email"]).json["excluded"] == [{"student_id": str(student), "reason": "opted_out"}]
    mine = client.get(WISHES, headers=as_(user=elsewhere.user_of(student))).json["categories"]
    assert (mine["messages"]["email"], mine["messages"]["in_app"], mine["reports"]["email"]) == (False, True, True)


def test_it_stops_without_an_account_and_for_every_spelling_of_the_address(
    *, elsewhere: Any, client: Any, mailed: Any, session: Any
) -> None:
    elsewhere.student(email="Amina@Example.org", user_id=None)
    (mail,) = mailed()
    assert client.post(link_of(mail)).status_code == 200
    elsewhere.recipients[0]["email"] = "amina@example.ORG"
    assert len(mailed()) == 1
    assert session.scalars(text("select reason from deliveries order by id")).all() == [None, "unsubscribed"]
    assert "amina" not in str(session.execute(text("select * from suppressions")).all()).lower(), "no address is kept"


def test_who_says_yes_again_is_written_to_again(
    elsewhere: Any, client: Any, as_: Any, mailed: Any, session: Any
) -> None:
    me = elsewhere.user_of(elsewhere.student())
    (mail,) = mailed()
    client.post(link_of(mail))
    assert len(mailed()) == 1
    client.put(WISHES, json={"email": True}, headers=as_(user=me))
    assert len(mailed()) == 2


def test_what_somebody_must_be_told_has_no_such_link_and_still_comes(
    *, elsewhere: Any, organization: UUID, client: Any, mailed: Any, deliver: Any, run_job: Any, mailbox: Any
) -> None:
    elsewhere.student(email="office@tumaini.example.org", user_id=None)
    (mail,) = mailed()
    client.post(link_of(mail))
    facts = {"amount_minor": 1, "currency": "KES", "method": "card", "completed_at": datetime.now(UTC)}
    deliver(PaymentCompleted(organization_id=organization, payment_id=new_id(), **facts))
    run_job("deliver_due")
    (told,) = [each for each in mailbox.mails if each["Subject"].startswith("Payment")]
    assert told["To"].addresses[0].addr_spec == "office@tumaini.example.org"
    assert told["List-Unsubscribe"] is None
    assert "unsubscribe" not in str(told)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: "x",
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: ("B" if token[0] == "A" else "A") + token[1:],
        lambda token: token.replace(".", "", 1),
        lambda token: token.rpartition(".")[0],
        lambda token: f".{token}",
        lambda token: "é" * 40,
        lambda token: "A" * 20_000,
    ],
)
def test_a_link_that_was_not_made_here_stops_nothing(
    elsewhere: Any, client: Any, mailed: Any, session: Any, spoil: Any
) -> None:
    elsewhere.student()
    link = link_of(mailed()[0])
    forged = f"/unsubscribe/{spoil(link.rpartition('/')[2])}"
    assert client.get(forged).status_code == 404
    assert client.post(forged).status_code == 404
    assert session.scalar(text("select count(*) from suppressions")) == 0


def test_a_link_outlives_the_address_and_the_key_that_signed_it(
    *, elsewhere: Any, client: Any, mailed: Any, run_job: Any, session: Any
) -> None:
    elsewhere.student(user_id=None)
    link = link_of(mailed()[0])
    with time_machine.travel(datetime.now(UTC) + timedelta(days=400)):
        run_job("forget_addresses")
        session.execute(text("insert into link_keys (id, key) values (2, '\\x00112233445566778899aabbccddeeff')"))
        assert client.post(link).status_code == 200
    assert session.scalar(text("select count(*) from suppressions")) == 1


def test_news_about_ones_learning_can_be_switched_off_in_the_app(
    *, elsewhere: Any, organization: UUID, client: Any, as_: Any, deliver: Any, run_job: Any
) -> None:
    student = elsewhere.student()
    me = as_(user=elsewhere.user_of(student))
    client.put(WISHES, json={"categories": {"progress": {"in_app": False}}}, headers=me)
    facts = {"organization_id": organization, "cohort_id": new_id(), "student_id": student}
    deliver(EnrollmentCompleted(enrollment_id=new_id(), completed_at=datetime.now(UTC), **facts))
    run_job("deliver_due")
    assert client.get("/api/v1/notifications/inbox/", headers=me).json["total"] == 0
