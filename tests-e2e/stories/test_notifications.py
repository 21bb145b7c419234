"""Notifications, through the gateway and across services: wishes, stopping mails, reports that obey rights."""

import json
import re
from io import BytesIO
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pypdf import PdfReader
from world.acts import buy_seats, child, make_cohort, wait_for_seats
from world.person import Person
from world.production import Production
from world.system import eventually

from local.postgres import Server

NOTIFICATIONS = "/api/v1/notifications/"
PATH = re.compile(r"https?://[^/\s]+(/unsubscribe/[A-Za-z0-9_.-]+)")


def ask(system: Any, query: str, *values: Any) -> list[Any]:
    """Ask notifications' database as the superuser, as no service may."""

    def inside() -> list[Any]:
        with psycopg.connect(dsn) as connection:
            done = connection.execute(query, values)  # type: ignore[arg-type]
            return done.fetchall() if done.description else []

    if not isinstance(system, Production):
        dsn = Server(system.home).superuser_dsn("notifications")
        return inside()
    about = {"host": "127.0.0.1", "user": "postgres", "password": system.secrets["POSTGRES_PASSWORD"]}
    dsn = make_conninfo(dbname="notifications", **about)
    found: list[Any] = system.engine.inside("postgres-1", inside)
    return found


def let_a_week_pass(system: Any, subscription: str) -> None:
    """What no clock of ours can do."""
    ask(system, "update report_subscriptions set next_due_at = now() where id = %s", UUID(subscription))


def reports(person: Person) -> list[Any]:
    """The PDFs that came by mail, oldest first."""
    found = [file for mail in person.system.mails(person.email) for file in mail.iter_attachments()]
    return [file for file in found if file.get_content_type() == "application/pdf"]


def test_mails_stop_in_one_click_without_an_account(town):
    sponsor, juma = town.admin(), town.person("Juma Reader")
    buy_seats(sponsor, 1)
    cohort = make_cohort(sponsor)
    wait_for_seats(sponsor, cohort, child(1, email=juma.email, birth_date="2000-01-01"))

    def write(subject: str) -> Any:
        body = {"audience": {"cohort_id": cohort["id"]}, "channels": ["email"], "subject": subject, "body": "Hello."}
        return sponsor.post(f"{NOTIFICATIONS}send/", body, status=202)

    def told(subject: str) -> Any:
        return next((mail for mail in town.system.mails(juma.email) if mail["Subject"] == subject), None)

    write("First")
    mail = eventually(lambda: told("First"), "the first mail")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "<img" not in str(mail.get_body(("html",)).get_content()), "nobody allowed to be watched"
    path = PATH.search(mail["List-Unsubscribe"])[1]
    anybody = Person(town.system, "")
    page = anybody.call("GET", path, status=200)
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    anybody.call("POST", path, data={"List-Unsubscribe": "One-Click"}, status=200)
    anybody.call("POST", path[:-3] + "AAA", status=404)
    stopped = write("Second")
    url = f"{NOTIFICATIONS}messages/{stopped['message_id']}/"
    eventually(lambda: sponsor.get(url)["states"]["failed"] == 1, "the second is not sent")
    assert sponsor.get(url)["recipients"]["items"][0]["reason"] == "unsubscribed"
    assert told("Second") is None
    assert anybody.call("GET", "/o/anything.gif").content[:6] == b"GIF89a"
    assert anybody.call("POST", f"{NOTIFICATIONS}callbacks/mail/", json={}).status_code in (401, 422)
    forged = {"id": "ATXid_1", "status": "Success"}
    assert anybody.call("POST", f"{NOTIFICATIONS}callbacks/sms/guess/", data=forged).status_code == 401


@pytest.mark.long
@pytest.mark.production  # it waits twice for a job that looks once a minute
def test_a_report_by_mail_obeys_its_readers_rights_when_it_leaves(town):
    sponsor, amina = town.admin(name="Asha Admin"), town.person("Amina Member")
    invited = {"email": amina.email, "role": "sponsor_staff"}
    organization = f"/api/v1/auth/orgs/{sponsor.organization_id}/"
    sponsor.post(f"{organization}members/", invited, status=201)
    amina.accept_invitation()
    wanted = {"dashboard_id": "sponsor", "frequency": "weekly", "day": 0, "hour": 8}
    made = amina.post(f"{NOTIFICATIONS}report-subscriptions/", wanted)
    let_a_week_pass(town.system, made["id"])
    report = eventually(lambda: reports(amina), "the report", 120)[0]
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(report.get_content())).pages)
    assert "Sponsor" in text

    sponsor.call("DELETE", f"{organization}members/{amina.user_id}/", status=204)
    let_a_week_pass(town.system, made["id"])

    def ended() -> Any:
        query = "select ended_reason from report_subscriptions where id = %s"
        return ask(town.system, query, UUID(made["id"])) == [("not_allowed",)]

    eventually(ended, "the subscription of who was removed ends", 120)
    assert len(reports(amina)) == 1


def test_a_telephone_is_proved_by_the_code_it_is_sent(town):
    amina = town.admin()
    asked = amina.call("POST", f"{NOTIFICATIONS}phone/", json={"number": "0712 345 678"})
    if isinstance(town.system, Production):
        assert asked.json()["code"] == "texts_are_off", "no carrier, no texts"
        return
    assert asked.json() == {"number": "+254712345678", "verified": False}
    files = town.system.mail

    def code() -> str | None:
        texts = [json.loads(file.read_text()) for file in files.glob("*.sms.json")]
        mine = [text["text"] for text in texts if text["to"] == "+254712345678"]
        return re.search(r"\d{6}", mine[-1])[0] if mine else None  # type: ignore[index]

    amina.call("POST", f"{NOTIFICATIONS}phone/verify/", json={"code": eventually(code, "the code")}, status=204)
    assert amina.get(f"{NOTIFICATIONS}preferences/")["phone"] == {"number": "+254…678", "verified": True}
