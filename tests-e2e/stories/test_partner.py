"""A partner funds students: what was paid, given, released and shown is one story, told alike at every door."""

import json
from io import BytesIO
from itertools import groupby

import pytest
from pypdf import PdfReader
from world.acts import consent
from world.partners import (
    DISBURSEMENTS,
    INVOICES,
    PARTNER,
    PAYMENTS,
    PROGRAMS,
    SPONSORSHIPS,
    STATS,
    STUDENTS,
    a_partner,
    a_program,
    a_school,
    cents,
    day,
    download,
    key,
    owe,
    parts,
    pay,
    report,
    sponsor,
    state,
    status,
    tables,
    transfer,
)
from world.person import Person
from world.system import eventually

FAMILY = ("dashboard/stats", "sponsorships", "sponsored-students", "programs", "payments", "disbursements", "impact")


def printed(content: bytes) -> str:
    """What a PDF says, in one line."""
    assert content.startswith(b"%PDF-")
    pages = "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(pages.split())


@pytest.fixture
def platform(town):
    """Who sees transfers arrive and sends money back."""
    return town.administrator()


def a_taught_school(town):
    """Three pupils with results of the last weeks; the first has not been tested in Science."""
    school = a_school(town, {}, {}, {})
    first, second, third = school.pupils
    for pupil, now in ((first, 70), (second, 80), (third, 90)):
        school.tell(pupil, "Mathematics", 50, ago=40)
        school.tell(pupil, "Mathematics", now, ago=10)
    school.tell(first, "Science", None, ago=10)
    school.tell(second, "Science", 60, ago=10)
    school.tell(third, "Science", 70, ago=40)
    school.tell(third, "Science", 60, ago=10)
    return school


def test_what_is_paid_and_released_is_the_same_to_the_cent_at_every_door(town, platform):
    school, partner = a_taught_school(town), a_partner(town)
    ids = sponsor(partner, school.pupils, 25_000)
    assert [state(partner, one) for one in ids] == ["pending"] * 3

    card = pay(partner, 10_000, sponsorship_ids=ids)
    funds = partner.get(f"{PAYMENTS}/{card['id']}")["funds"]
    assert sorted(cents(each["allocated"]) for each in funds) == [333_333, 333_333, 333_334]
    bank = transfer(partner, platform, 50_000, sponsorship_ids=ids)
    awaited = owe(partner, 1_500, sponsorship_ids=ids[:1])
    eventually(lambda: [state(partner, one) for one in ids] == ["active"] * 3, "the money makes them active")

    eventually(lambda: {each["sponsorship_id"] for each in parts(partner)} == set(ids), "all parts are scheduled")
    early = parts(partner, sponsorship_id=ids[0])[1]
    released(partner, early)
    made = eventually(lambda: four(parts(partner, status="made")), "what is due is released by itself", 60)
    assert [sum(cents(each["amount"]) for each in parts(partner, sponsorship_id=one)) for one in ids] == [2_500_000] * 3

    for one in ids:
        eventually(lambda one=one: told_alike(partner, one, made), "programs tells what billing has released")
    eventually(lambda: dashboard_agrees(partner, made), "the dashboard says what billing says")
    assert status(partner, awaited) == "pending"
    learning_agrees(partner)
    invoices_agree(partner)
    told = report(partner, "json", "financial")
    summary = download(partner, told).json()["summary"]
    assert (summary["investment"], summary["total_paid"], summary["pending_payments"]) == (60_000, 60_000, 1_500)
    assert cents(summary["disbursed"]) == sum(cents(each["amount"]) for each in made)

    back = {"reason": "We changed our mind.", "reference": "FT1"}
    url = f"/api/v1/billing/payments/{bank['id']}/refund/"
    refused = platform.call("POST", url, json=back, headers=key(), status=409).json()
    assert refused["code"] == "funds_disbursed"


def four(found):
    """The first part of each, and the one that was made early."""
    assert len(found) <= 4
    return found if len(found) == 4 else None


def released(partner, part):
    """Made before its day; the same key again changes nothing and says so."""
    url, once = f"{DISBURSEMENTS}/{part['id']}/disburse", key()
    partner.call("POST", url, status=400)
    first = partner.call("POST", url, headers=once, status=200)
    again = partner.call("POST", url, headers=once, status=200)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert (first.json()["status"], first.json()["amount"]) == ("made", part["amount"])
    partner.call("POST", url, headers=key(), status=409)


def told_alike(partner, sponsorship, made):
    """Whether programs' history, sums and timeline are what billing has released for a sponsorship."""
    mine = sorted((each["disbursed_date"], cents(each["amount"]), each["description"])
                  for each in made if each["sponsorship_id"] == sponsorship)  # fmt: skip
    shown = partner.get(f"{SPONSORSHIPS}/{sponsorship}")
    money = shown["financial"]
    history = sorted(
        (each["date"], cents(each["amount"]), each["description"]) for each in money["disbursement_history"]
    )
    if history != mine:
        return False
    spent = sum(amount for _, amount, _ in mine)
    assert (cents(money["amount_disbursed"]), cents(money["amount_remaining"])) == (spent, 2_500_000 - spent)
    events = [each["event"] for each in shown["timeline"]]
    assert events[0] == "Sponsorship created"
    assert "Sponsorship activated" in events
    lines = [f"KES {amount // 100:,}.{amount % 100:02} disbursed: {words}" for _, amount, words in mine]
    assert sorted(event for event in events if " disbursed: " in event) == sorted(lines)
    return True


def dashboard_agrees(partner, made):
    """Whether the dashboard says of the money what the lists of billing and programs say."""
    summary = partner.get(PAYMENTS)["summary"]
    assert [summary[name] for name in ("total_paid", "this_month", "pending", "credit")] == [60_000, 60_000, 1_500, 0]
    listed = partner.get(SPONSORSHIPS)["sponsorships"]
    assert sum(cents(each["amount_disbursed"]) for each in listed) == sum(cents(each["amount"]) for each in made)
    told = partner.get(STATS)
    stats, paid = told["stats"], told["payment_summary"]
    due, planned = next(
        (due, list(each)) for due, each in groupby(parts(partner, status="scheduled"), lambda each: each["due_date"])
    )
    following = {"amount": sum(cents(each["amount"]) for each in planned), "date": f"{due}T00:00:00Z"}
    named = paid["next_scheduled_payment"] or {"amount": 0, "date": ""}
    return (
        (stats["total_sponsorships"], stats["active_sponsorships"], stats["total_invested"]) == (3, 3, 60_000)
        and (paid["total_paid"], paid["pending_payments"]) == (summary["total_paid"], summary["pending"])
        and {"amount": cents(named["amount"]), "date": named["date"]} == following
        and told["impact_snapshot"] == SNAPSHOT
    )


SNAPSHOT = {
    "students_improving": 3, "students_stable": 0, "students_declining": 0, "overall_completion_rate": 83.3,
}  # fmt: skip
"""Of six courses begun one is not completed."""


def learning_agrees(partner):
    """The students, the impact and the outcomes say the same, and what a pupil's sponsorship says."""
    page = partner.get(STUDENTS)
    scores = {each["name"]: each["average_score"] for each in page["students"]}
    assert sorted(scores.values()) == [70, 70, 75]
    assert page["aggregate"]["average_score_all"] == 71.7
    listed = partner.get(SPONSORSHIPS)["sponsorships"]
    assert {each["student"]["name"]: each["student_performance"]["average_score"] for each in listed} == scores
    assert partner.get(STATS)["stats"]["average_student_score_improvement"] == 21.7

    impact = partner.get(f"{PARTNER}/impact?period=all_time")
    assert (impact["students_reached"], impact["courses_funded"], impact["total_investment"]) == (3, 2, 60_000)
    assert impact["outcomes"]["average_score_improvement"] == 21.7
    assert impact["outcomes"]["course_completion_rate"] == 83.3
    assert impact["comparison_to_platform"]["sponsored_avg_score"] == 71.7
    assert (impact["roi_metrics"]["cost_per_student"], impact["roi_metrics"]["cost_per_course_completion"]) == (
        20_000, 12_000,
    )  # fmt: skip
    outcomes = partner.get(f"{PARTNER}/impact/student-outcomes?period=all_time")
    counts = {name: band["count"] for name, band in outcomes["by_performance"].items()}
    assert (outcomes["total_students"], counts) == (
        3, {"excellent": 0, "good": 3, "needs_improvement": 0, "at_risk": 0},
    )  # fmt: skip
    assert {each["subject"] for each in outcomes["by_subject"]} == {"Mathematics", "Science"}
    assert {each["avg_score"] for each in outcomes["by_subject"]} == {None}, "of three who did not consent"


def invoices_agree(partner):
    """One for each payment: two paid, numbered and printed, and a draft for what is awaited."""
    found = partner.get(INVOICES)["invoices"]
    assert sorted((each["status"], each["amount"]) for each in found) == [
        ("draft", 1_500), ("paid", 10_000), ("paid", 50_000),
    ]  # fmt: skip
    for invoice in found:
        if invoice["status"] == "draft":
            assert (invoice["invoice_number"], invoice["download_url"]) == (None, None)
            partner.call("GET", f"{INVOICES}/{invoice['id']}/pdf", status=409)
            continue
        paper = printed(partner.call("GET", invoice["download_url"], status=200).content)
        assert invoice["invoice_number"] in paper
        assert f"{invoice['amount']:,}.00" in paper


def test_a_refund_takes_the_funding_back_and_ends_the_sponsorship(town, platform):
    school, partner = a_school(town, {}), a_partner(town)
    [one] = sponsor(partner, school.pupils, 9_000, start=20, end=80)
    payment = pay(partner, 9_000, sponsorship_ids=[one])
    eventually(lambda: parts(partner, status="scheduled"), "its parts are scheduled")
    eventually(lambda: partner.get(STATS)["stats"]["total_invested"] == 9_000, "the dashboard knows the money")
    assert owe_refused(partner, 1, sponsorship_ids=[one]) == 409, "it lacks nothing"

    url = f"/api/v1/billing/payments/{payment['id']}/refund/"
    given = platform.post(url, {"reason": "The family moved."}, headers=key())
    assert (given["status"], given["amount"]) == ("completed", 9_000)
    assert status(partner, payment) == "refunded"
    eventually(lambda: state(partner, one) == "cancelled", "a sponsorship without money is over")
    assert partner.get(f"{SPONSORSHIPS}/{one}")["timeline"][-1]["event"] == "Sponsorship cancelled"
    eventually(lambda: {each["status"] for each in parts(partner)} == {"cancelled"}, "nothing is released any more")
    assert owe_refused(partner, 1, sponsorship_ids=[one]) == 409, "it takes no more money"

    def all_gone():
        told, summary = partner.get(STATS), partner.get(PAYMENTS)["summary"]
        sums = (told["stats"]["total_invested"], told["payment_summary"]["total_paid"], summary["total_paid"])
        return (*sums, told["stats"]["active_sponsorships"]) == (0, 0, 0, 0)

    eventually(all_gone, "no figure counts the money any more")


def owe_refused(partner, amount, **more):
    """The status of a payment that is not taken."""
    answer = partner.call("POST", PAYMENTS, json={"amount": amount, "method": "stripe", **more}, headers=key())
    assert set(answer.json()) == {"detail", "request_id"}
    return answer.status_code


def test_a_program_takes_whom_its_criteria_name_while_it_is_active(town):
    school = a_school(town, {}, {"grade_level": "8"}, {"county": "Kisumu"}, {})
    partner = a_partner(town)
    asked = {"grade_levels": [4, 5], "counties": ["Nairobi"], "max_household_income": 50_000}
    program = a_program(partner, 120_000, eligibility=asked, course_ids=[school.courses["Science"]])
    url = f"{PROGRAMS}/{program}"
    incomes = (30_000, 30_000, 30_000, 70_000)
    wish = {
        "students": [
            {"student_id": pupil, "household_income": income}
            for pupil, income in zip(school.pupils, incomes, strict=True)
        ]
    }
    partner.call("POST", f"{url}/students", json=wish, status=409)

    payment = pay(partner, 20_000, program_id=program)
    assert partner.get(f"{PAYMENTS}/{payment['id']}")["program_id"] == program
    eventually(lambda: partner.get(url)["status"] == "active", "the money makes it active")
    rows = partner.post(f"{url}/students", wish, status=207)["results"]
    assert [(row["status"], row.get("criterion")) for row in rows] == [
        ("enrolled", None), ("not_eligible", "grade_levels"), ("not_eligible", "counties"),
        ("not_eligible", "max_household_income"),
    ]  # fmt: skip

    assert partner.post(f"{url}/pause", status=200)["status"] == "paused"
    partner.call("POST", f"{url}/students", json=wish, status=409)
    partner.call("POST", f"{url}/pause", status=409)
    assert partner.post(f"{url}/resume", status=200)["status"] == "active"
    again = {"student_ids": school.pupils[:1]}
    assert partner.post(f"{url}/students", again)["counts"]["already_enrolled"] == 1

    shown = partner.get(url)
    assert (shown["enrolled_students"], shown["spent"], shown["remaining"]) == (1, 0, 120_000)
    assert shown["participants"]["by_grade"] == {"5": None}, "one pupil is a small group"
    [invoice] = partner.get(INVOICES)["invoices"]
    assert (invoice["program"], invoice["amount"], invoice["status"]) == (shown["name"], 20_000, "paid")

    def counted(students, programs):
        stats = partner.get(STATS)["stats"]
        return (stats["total_students_sponsored"], stats["programs_active"], stats["total_invested"]) == (
            students, programs, 20_000,
        )  # fmt: skip

    eventually(lambda: counted(1, 1), "the dashboard counts the pupil")
    assert [each["sponsorship_type"] for each in partner.get(STUDENTS)["students"]] == ["program"]
    partner.call("DELETE", f"{url}/students/{school.pupils[0]}", status=204)
    eventually(lambda: counted(0, 1), "and no longer")


def test_a_name_is_shown_while_there_is_consent_and_a_report_is_alike_in_every_form(town):
    guardian = town.person("Mama Njeri")
    school = a_school(town, {"name": "Zawadi Kipkemboi", "guardian_email": guardian.email}, {})
    guardian.accept_invitation()
    partner, stranger = a_partner(town), a_partner(town, "Pia Partner")
    for pupil in school.pupils:
        school.tell(pupil, "Mathematics", 80, ago=10)
    ids = sponsor(partner, school.pupils, 1_000)
    pay(partner, 2_000, sponsorship_ids=ids)
    eventually(lambda: partner.get(STUDENTS)["total"] == 2, "the students are known")

    assert "Zawadi" not in seen(partner, ids)
    consent(guardian, school.pupils[0], partner.organization_id, granted=True)
    assert seen(partner, ids).count("Zawadi Kipkemboi") == 3
    assert "Zawadi" not in seen(stranger, [])
    eventually(lambda: average(partner) == 80, "the results are counted")

    made = {form: report(partner, form, "student_outcomes") for form in ("json", "csv", "pdf")}
    files = {form: download(partner, told).content for form, told in made.items()}
    alike(partner, files)
    for told in made.values():
        assert set(download(stranger, told, 404).json()) == {"detail", "request_id"}

    consent(guardian, school.pupils[0], partner.organization_id, granted=False)
    assert "Zawadi" not in seen(partner, ids)
    for told in made.values():
        download(partner, told, 410)
    looks = guardian.get("/api/v1/privacy/access-log/my/")
    assert {look["organization_id"] for look in looks["items"]} == {partner.organization_id}
    anew = report(partner, "json", "student_outcomes")
    assert anew["report_id"] != made["json"]["report_id"]
    assert "Zawadi" not in download(partner, anew).text


def average(partner):
    return partner.get(STUDENTS)["aggregate"]["average_score_all"]


def seen(partner, ids):
    """Everything the lists and a sponsorship say at this moment."""
    paths = [SPONSORSHIPS, STUDENTS, *(f"{SPONSORSHIPS}/{one}" for one in ids[:1])]
    return "".join(partner.call("GET", path, status=200).text for path in paths)


def alike(partner, files):
    """The same figures and the same names in each form, and those the API tells."""
    told, rows = partner.call("GET", STUDENTS).json(), tables(files["csv"])
    summary = {row["name"]: row["value"] for row in rows["summary"]}
    whole = json.loads(files["json"])["summary"]
    assert whole["average_score"] == told["aggregate"]["average_score_all"] == 80
    assert whole["students_reached"] == told["total"] == 2
    assert summary == {name: "" if value is None else str(value) for name, value in whole.items()}
    names = sorted(each["name"] for each in told["students"])
    assert "Zawadi Kipkemboi" in names
    assert sorted(row["name"] for row in rows["students"]) == names
    paper = printed(files["pdf"])
    assert all(name in paper for name in (*names, "80"))


def test_who_is_no_partner_or_another_one_is_told_nothing_in_the_familys_own_words(town):
    school, partner, stranger = a_school(town, {}), a_partner(town), a_partner(town, "Pia Partner")
    [one] = sponsor(partner, school.pupils, 1_000)
    program = a_program(partner, 1_000)
    owe(partner, 500, program_id=program, method="bank_transfer", bank_reference="BT 7")
    [payment], [invoice] = partner.get(PAYMENTS)["payments"], partner.get(INVOICES)["invoices"]
    told = report(partner, "json", "impact")
    theirs = [
        f"{SPONSORSHIPS}/{one}", f"{PROGRAMS}/{program}", f"{PAYMENTS}/{payment['id']}", invoice["download_url"],
        told["download_url"],
    ]  # fmt: skip
    for path in theirs:
        partner.call("GET", path, status=200)
        assert set(stranger.call("GET", path, status=404).json()) == {"detail", "request_id"}
    for path in (f"{SPONSORSHIPS}/{one}/cancel", f"{PROGRAMS}/{program}/pause", f"{PROGRAMS}/{program}/complete"):
        stranger.call("POST", path, json={}, status=404)
    assert owe_refused(stranger, 1, program_id=program) == 404
    assert owe_refused(stranger, 1, sponsorship_ids=[one]) == 404
    assert state(partner, one) == "pending"

    sponsor_of_seats, nobody = town.admin(), Person(town.system, "")
    for path in [*(f"{PARTNER}/{name}" for name in FAMILY), *theirs]:
        assert sponsor_of_seats.call("GET", path, status=403).json()["detail"] == "Role 'partner' required"
        assert isinstance(nobody.call("GET", path, status=401).json()["detail"], str)
    bad_input(partner)


def bad_input(partner):
    """400 for a word nobody knows, 422 with a list for everything else."""
    for path in (f"{SPONSORSHIPS}?status=lost", f"{PAYMENTS}?method=cowrie", f"{STUDENTS}?performance=great"):
        assert isinstance(partner.call("GET", path, status=400).json()["detail"], str)
    wish = {"student_ids": [], "type": "lottery", "amount_per_student": 5, "start_date": day(0), "end_date": day(9)}
    assert partner.call("POST", SPONSORSHIPS, json=wish, status=400).json()["detail"] == "Invalid sponsorship type"
    detail = partner.call("POST", SPONSORSHIPS, json={**wish, "type": "partial"}, status=422).json()["detail"]
    assert [(each["loc"], set(each)) for each in detail] == [(["body", "student_ids"], {"loc", "msg", "type"})]
    short = {"amount": 5, "method": "bank_transfer"}
    detail = partner.call("POST", PAYMENTS, json=short, headers=key(), status=422).json()["detail"]
    assert detail[0]["loc"] == ["body", "bank_reference"]
