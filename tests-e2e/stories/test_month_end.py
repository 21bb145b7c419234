"""A month ends: what a student used is on the sponsor's statement and invoice, mailed, overdue, reminded of, paid."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from world.acts import CHECKOUTS, at_the_provider, buy_seats, child, enrol, make_cohort, wait_for_seats
from world.passing import command, rewrite
from world.person import plain_text
from world.system import eventually

INVOICES = "/api/v1/billing/invoices/"
STATEMENTS = "/api/v1/billing/statements/cohorts/"


def a_day_of_last_month() -> datetime:
    this = datetime.now(UTC).replace(day=1, hour=9, minute=0, second=0, microsecond=0)
    return (this - timedelta(days=1)).replace(day=15)


def a_funded_pupil(town, since):
    """A school teaches the pupil; a sponsor funds a seat, which billing's books say has been held for long."""
    academy, sponsor = town.admin("academy", "Uhuru School"), town.admin()
    own = f"/api/v1/auth/orgs/{sponsor.organization_id}/"
    sponsor.call("PATCH", own, json={"contact_email": sponsor.email}, status=200)
    (row,) = enrol(academy, make_cohort(academy), child())
    buy_seats(sponsor, 1)
    cohort = make_cohort(sponsor)
    wait_for_seats(sponsor, cohort, {"student_id": row["student_id"]})
    moved = "update seat_holdings set assigned_at = %(since)s where organization_id = %(whose)s"
    values = {"since": since - timedelta(days=3), "whose": sponsor.organization_id}
    eventually(lambda: rewrite(town.system, moved, **values) == 1, "billing has heard of the seat")
    grant = "update seat_grants set valid_from = %(since)s where organization_id = %(whose)s"
    assert rewrite(town.system, grant, **values) == 1
    return academy, sponsor, cohort, row["student_id"]


def record(academy, sponsor, cohort, student_id, day):
    """A session, 90 minutes of lab use, and a placement."""
    of = {"student_id": student_id}
    moment = day.isoformat()
    academy.post("/api/v1/programs/mentor-sessions/", {**of, "held_at": moment, "minutes": 60, "mentor": "Mwalimu"})
    academy.post("/api/v1/programs/lab-usage/", {**of, "used_at": moment, "minutes": 90, "lab": "Robotics"})
    placed = {"employer_name": "Savanna Ltd", "title": "Analyst", "started_on": day.date().isoformat()}
    salary = {"salary": 600_000, "currency": "KES"}
    sponsor.post("/api/v1/programs/placements/", {**of, **placed, **salary, "cohort_id": cohort["id"]})


def lines(found):
    return sorted((line["product"], line["net"]) for line in found["lines"])


USED = [("lab_hour", 300), ("mentor_session", 7_000), ("revenue_share", 18_000)]


def test_a_month_is_used_closed_invoiced_mailed_reminded_of_and_paid(town):
    day = a_day_of_last_month()
    month = f"{day:%Y-%m}"
    academy, sponsor, cohort, student_id = a_funded_pupil(town, day)
    record(academy, sponsor, cohort, student_id, day)

    def running():
        (found,) = sponsor.get(f"{STATEMENTS}?month={month}&cohort_id={cohort['id']}")["items"]
        return found if lines(found) == USED else None

    running = eventually(running, "the sponsor sees what was used", 60)
    assert (running["state"], running["seats_used"], running["invoices"]) == ("open", 1, [])

    assert f"{month}: " in command(town.system, "billing", "close-month", "--month", month)
    (closed,) = sponsor.get(f"{STATEMENTS}?month={month}&cohort_id={cohort['id']}")["items"]
    assert (closed["state"], closed["seats_used"], closed["uncovered"]) == ("closed", 1, 0)
    assert [purchase["students"] for purchase in closed["purchases"]] == [1]
    assert lines(closed) == USED
    (billed,) = closed["invoices"]
    assert (billed["status"], billed["total"], billed["currency"]) == ("issued", 25_300, "KES")
    command(town.system, "billing", "close-month", "--month", month)
    assert sponsor.get(f"{INVOICES}?status=issued")["total"] == 1

    mail = mailed(sponsor, f"Invoice {billed['number']}: KES 25,300.00")
    assert "25,300.00" in plain_text(mail)

    late = "update invoices set issued_on = issued_on - 30, due_on = issued_on - 8 where number = %(number)s"
    assert rewrite(town.system, late, number=billed["number"]) == 1
    eventually(lambda: sponsor.get(f"{INVOICES}{billed['id']}/")["status"] == "overdue", "it is overdue", 60)
    mailed(sponsor, f"Overdue: invoice {billed['number']}")
    mailed(sponsor, f"Reminder: invoice {billed['number']} over KES 25,300.00 is 7 days overdue")

    body = {"method": "card", "success_url": "https://app.example.org/thanks", "cancel_url": "https://app.example.org/"}
    key = {"Idempotency-Key": uuid4().hex}
    checkout = sponsor.post(CHECKOUTS, {**body, "invoice_id": billed["id"]}, headers=key)
    at_the_provider(checkout).press("Pay")
    eventually(lambda: sponsor.get(f"{INVOICES}{billed['id']}/")["status"] == "paid", "it is paid")


def mailed(sponsor, subject):
    """The one mail of this subject to the sponsor, with the invoice attached."""

    def found():
        return [mail for mail in sponsor.system.mails(sponsor.email) if mail["Subject"].startswith(subject)]

    (mail,) = eventually(found, f"a mail: {subject}", 60)
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    assert file.get_content().startswith(b"%PDF-")
    return mail
