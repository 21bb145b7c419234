"""A month ends: what a student used is on the sponsor's statement and invoice, mailed, overdue, reminded of, paid."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from world.acts import CHECKOUTS, at_the_provider, buy_seats, child, enrol, make_cohort, wait_for_seats
from world.passing import command, rewrite
from world.person import plain_text
from world.system import eventually

INVOICES = "/api/v1/billing/invoices/"
STATEMENTS = "/api/v1/billing/statements/cohorts/"
SESSIONS = "/api/v1/programs/mentor-sessions/"


def a_day_of_last_month(back: int = 1) -> datetime:
    """The fifteenth of last month, or of so many months ago."""
    day = datetime.now(UTC).replace(day=1, hour=9, minute=0, second=0, microsecond=0)
    for _ in range(back):
        day = (day - timedelta(days=1)).replace(day=1)
    return day.replace(day=15)


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


def test_what_a_school_corrects_later_comes_back_as_a_credit_note_and_the_rest_is_paid(town):
    # Months that nobody else closes here: each is closed once for everybody.
    used, corrected = (a_day_of_last_month(back) for back in (3, 2))
    academy, sponsor, _, student_id = a_funded_pupil(town, used)
    sessions = [session_of(student_id, used, number) for number in range(2)]
    for told in sessions:
        academy.post(SESSIONS, told)
    billed = eventually(lambda: invoiced(town, sponsor, f"{used:%Y-%m}"), "both sessions are invoiced", 60)
    assert (billed["total"], billed["due"]) == (14_000, 14_000)

    academy.post(SESSIONS, {**sessions[0], "minutes": 0})
    note = eventually(lambda: credited(town, sponsor, f"{corrected:%Y-%m}"), "one of them is taken back", 60)
    assert (note["invoice_id"], note["total"], note["refund_id"]) == (billed["id"], 7_000, None)
    assert sponsor.call("GET", note["pdf_url"], status=200).content.startswith(b"%PDF-")
    subjects = eventually(
        lambda: [mail["Subject"] for mail in sponsor.system.mails(sponsor.email) if note["number"] in mail["Subject"]],
        "a mail of the credit note",
        60,
    )
    assert len(subjects) == 1

    invoice = sponsor.get(f"{INVOICES}{billed['id']}/")
    assert (invoice["status"], invoice["credited"], invoice["due"]) == ("issued", 7_000, 7_000)
    assert lines(invoice) == lines(billed)
    body = {"method": "card", "success_url": "https://app.example.org/thanks", "cancel_url": "https://app.example.org/"}
    key = {"Idempotency-Key": uuid4().hex}
    checkout = sponsor.post(CHECKOUTS, {**body, "invoice_id": billed["id"]}, headers=key)
    assert checkout["amount"] == 7_000
    at_the_provider(checkout).press("Pay")
    eventually(lambda: sponsor.get(f"{INVOICES}{billed['id']}/")["status"] == "paid", "it is paid")
    (statement,) = sponsor.get("/api/v1/billing/ledger/statement/")["items"]
    assert statement["closing"] == 0


def session_of(student_id, day, number):
    """A mentor session under the school's own id."""
    told = {"student_id": student_id, "held_at": day.isoformat(), "minutes": 60, "mentor": "Mwalimu"}
    return {**told, "session_id": f"session-{number}-{uuid4().hex}"}


def invoiced(town, sponsor, month):
    """The invoice of both sessions; closed as soon as billing has heard of them."""
    heard = "select count(*) from metered_usage where payer_id = %(whose)s having count(*) = 2"
    if rewrite(town.system, heard, whose=sponsor.organization_id) != 1:
        return None
    command(town.system, "billing", "close-month", "--month", month)
    (found,) = sponsor.get(f"{INVOICES}?status=issued")["items"]
    return found


def credited(town, sponsor, month):
    """The credit note; the month after is closed as soon as billing has heard of the correction."""
    heard = "select from metered_usage where payer_id = %(whose)s and quantity = 0 and to_bill"
    if rewrite(town.system, heard, whose=sponsor.organization_id) != 1:
        return None
    command(town.system, "billing", "close-month", "--month", month)
    (found,) = sponsor.get("/api/v1/billing/credit-notes/")["items"]
    return found


def mailed(sponsor, subject):
    """The one mail of this subject to the sponsor, with the invoice attached."""

    def found():
        return [mail for mail in sponsor.system.mails(sponsor.email) if mail["Subject"].startswith(subject)]

    (mail,) = eventually(found, f"a mail: {subject}", 60)
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    assert file.get_content().startswith(b"%PDF-")
    return mail
