"""Names, grades and counties only with consent at this moment, nothing of another organization's, nothing invented."""

import pytest
from sqlalchemy import event

from contracts.event import Event
from contracts.events import billing, programs

pytestmark = pytest.mark.usefixtures("november")

PATHS = ("/dashboard/stats", "/sponsored-students", "/impact", "/impact/student-outcomes")


def county(student: programs.StudentRegistered, name: str) -> Event:
    return programs.StudentUpdated(**{**student.__dict__, "county": name})


@pytest.fixture
def funded(told, deliver):
    """Six students of Nairobi and one of Turkana in grades 5 and 6, sponsored for Mathematics; their events."""
    maths = told.course("Mathematics", "Mathematics")
    deliver(told.organization_created(), maths)
    found = []
    for number in range(7):
        student = told.student(f"Amani Number {number}", grade="Grade 6" if number == 6 else "5")
        given = told.sponsorship(student.student_id, courses=[maths.course_id])
        deliver(student, given, told.activated(given), told.allocated(given, 250_000))
        deliver(county(student, "Turkana" if number == 6 else "Nairobi"))
        deliver(told.result(student.student_id, maths.course_id, "50", "2026-03-01"))
        deliver(told.result(student.student_id, maths.course_id, str(45 + 5 * number), "2026-06-01", completed=True))
        found.append(student)
    return found


def test_the_fields_are_the_documents(funded, ask):
    stats = ask("/dashboard/stats")
    assert set(stats) == {
        "stats", "recent_milestones", "payment_summary", "impact_snapshot", "definitions", "as_of",
    }  # fmt: skip
    assert set(stats["recent_milestones"][0]) == {"student_name", "milestone", "date", "sponsorship_id"}
    assert stats["stats"] == {
        "total_sponsorships": 7, "active_sponsorships": 7, "total_students_sponsored": 7, "total_invested": 17500,
        "currency": "KES", "average_student_score_improvement": 10.0, "courses_funded": 1, "programs_active": 0,
    }  # fmt: skip
    assert stats["recent_milestones"][0]["date"] == "2026-06-01T00:00:00Z"
    assert stats["payment_summary"] == {"total_paid": 0, "pending_payments": 0, "next_scheduled_payment": None}
    assert set(ask("/sponsored-students")["students"][0]) == {
        "id", "name", "grade_level", "county", "sponsorship_type", "courses_enrolled", "courses_completed",
        "average_score", "performance_trend", "score_change", "ai_tutor_sessions", "last_active",
    }  # fmt: skip
    assert set(ask("/impact")) == {
        "period", "students_reached", "courses_funded", "total_investment", "currency", "outcomes",
        "comparison_to_platform", "roi_metrics", "definitions", "as_of",
    }  # fmt: skip
    assert ask("/impact")["period"] == "year"


def test_who_did_not_consent_has_a_pseudonym_and_nothing_that_tells_who_it_is(funded, ask, privacy):
    privacy.consenting.add(funded[0].student_id)
    lines = ask("/sponsored-students")["students"]
    named = [line for line in lines if line["id"]]
    assert [(line["name"], line["grade_level"], line["county"]) for line in named] == [("Amani Number 0", 5, "Nairobi")]
    for line in lines:
        if line["id"] is None:
            assert line["name"].startswith("Student ")
            assert (line["grade_level"], line["county"]) == (None, None)
    milestones = ask("/dashboard/stats")["recent_milestones"]
    assert {bool(each["sponsorship_id"]) for each in milestones if each["student_name"].startswith("Student ")} == {
        False
    }
    (mine,) = [each for each in milestones if each["student_name"] == "Amani Number 0"]
    assert mine["milestone"] == "Completed Mathematics with 45% score"
    assert mine["sponsorship_id"]


def test_nobody_is_found_by_a_county_or_grade_that_is_not_shown(funded, ask, privacy):
    assert ask("/sponsored-students", county="Turkana")["total"] == 0
    assert ask("/sponsored-students", grade_level=6)["aggregate"]["average_score_all"] is None
    privacy.consenting |= {funded[0].student_id, funded[6].student_id}
    found = ask("/sponsored-students", county=" turkana ")
    assert [line["name"] for line in found["students"]] == ["Amani Number 6"]
    assert found["aggregate"]["average_score_all"] == 75.0
    assert ask("/sponsored-students", county="Nairobi", grade_level=5)["total"] == 1
    assert ask("/sponsored-students", county="Nairobi", grade_level=6)["total"] == 0


def test_outcomes_of_a_grade_too_few_are_in_count_only_who_consented(funded, ask, privacy):
    assert ask("/impact/student-outcomes", grade_level=6)["total_students"] == 0
    assert ask("/impact/student-outcomes", grade_level=5)["total_students"] == 0, "else grade 6 is the rest"
    privacy.consenting.add(funded[6].student_id)
    assert ask("/impact/student-outcomes", grade_level=6)["total_students"] == 1
    assert ask("/impact/student-outcomes", grade_level=5)["total_students"] == 6


def test_a_mean_over_few_of_whom_one_did_not_consent_is_withheld(funded, ask, privacy):
    bands = ask("/impact/student-outcomes")["by_performance"]
    assert bands["good"] == {"count": 2, "avg_score": None, "percent": 28.6}
    privacy.consenting |= {funded[5].student_id, funded[6].student_id}
    bands = ask("/impact/student-outcomes")["by_performance"]
    assert bands["good"] == {"count": 2, "avg_score": 72.5, "percent": 28.6}
    assert bands["excellent"] == {"count": 0, "avg_score": None, "percent": 0.0}


def test_a_withdrawn_consent_counts_at_once(funded, ask, privacy):
    privacy.consenting.add(funded[0].student_id)
    assert any(line["id"] for line in ask("/sponsored-students")["students"])
    privacy.consenting.clear()
    assert not any(line["id"] for line in ask("/sponsored-students")["students"])


def test_while_privacy_is_away_nobody_is_named(funded, ask, privacy):
    privacy.consenting |= {each.student_id for each in funded}
    privacy.status = 503
    assert {line["name"][:8] for line in ask("/sponsored-students")["students"]} == {"Student "}
    assert ask("/sponsored-students", county="Nairobi")["total"] == 0
    assert ask("/dashboard/stats")["stats"]["total_students_sponsored"] == 7


def test_another_organization_sees_nothing_of_it(funded, client, as_, another, deliver):
    deliver(another.organization_created())
    headers = as_("partner", organization=another.organization, kind="partner")
    stats = client.get("/api/v1/partner/dashboard/stats", headers=headers).get_json()
    assert stats["stats"]["total_students_sponsored"] == stats["stats"]["total_sponsorships"] == 0
    assert stats["recent_milestones"] == []
    assert stats["stats"]["average_student_score_improvement"] is None
    assert client.get("/api/v1/partner/sponsored-students", headers=headers).get_json()["total"] == 0


@pytest.mark.parametrize("path", PATHS)
def test_only_a_partner_is_told(funded, client, as_, told, path):
    answer = client.get(f"/api/v1/partner{path}", headers=as_("dashboard.view", organization=told.organization))
    assert (answer.status_code, answer.get_json()["detail"]) == (403, "Role 'partner' required")
    assert client.get(f"/api/v1/partner{path}").status_code == 401


@pytest.mark.parametrize(
    ("path", "query", "detail"),
    [
        ("/impact", {"period": "decade"}, "Invalid period"),
        ("/impact/student-outcomes", {"period": "month"}, "Invalid period"),
        ("/sponsored-students", {"performance": "excellent"}, "Invalid performance"),
    ],
)
def test_an_unknown_word_is_refused_in_the_documents_words(client, partner, path, query, detail):
    answer = client.get(f"/api/v1/partner{path}", query_string=query, headers=partner)
    assert (answer.status_code, answer.get_json()["detail"]) == (400, detail)


def test_the_dashboard_is_not_counted_while_nothing_changes(funded, client, partner, database, told, deliver, privacy):
    def get(tag=""):
        return client.get("/api/v1/partner/dashboard/stats", headers={**partner, "If-None-Match": tag})

    first, asked = get(), []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    again = get(first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert not [statement for statement in asked if "array_agg" in statement]
    privacy.consenting.add(funded[0].student_id)
    named = get(first.headers["ETag"])
    assert named.status_code == 200
    deliver(told.initiated(100))
    assert get(named.headers["ETag"]).status_code == 200


def test_impact_is_not_counted_while_nothing_changes(funded, client, partner):
    first = client.get("/api/v1/partner/impact", headers=partner)
    headers = {**partner, "If-None-Match": first.headers["ETag"]}
    assert client.get("/api/v1/partner/impact", headers=headers).status_code == 304
    assert client.get("/api/v1/partner/impact?period=quarter", headers=headers).status_code == 200


def test_what_nobody_told_is_unknown(told, deliver, ask):
    student = told.student("Zuhura", grade=None)
    given = told.sponsorship(student.student_id)
    deliver(told.organization_created(), student, given, told.activated(given))
    impact = ask("/impact", period="all_time")
    assert impact["students_reached"] == 1
    assert impact["outcomes"] == {
        "average_score_improvement": None, "course_completion_rate": None, "students_advancing_grade": None,
        "certificates_earned": 0, "ai_tutor_sessions": 0,
    }  # fmt: skip
    assert impact["roi_metrics"] == {
        "cost_per_student": 0, "cost_per_course_completion": None, "cost_per_certificate": None,
    }  # fmt: skip
    assert set(impact["comparison_to_platform"].values()) == {None}
    (line,) = ask("/sponsored-students")["students"]
    assert (line["average_score"], line["performance_trend"], line["last_active"]) == (None, None, None)


def test_a_higher_grade_told_by_the_academy_advances_a_student(told, deliver, ask):
    first, second, third = (told.student(f"Student {n}", grade="4") for n in range(3))
    for each in (first, second, third):
        given = told.sponsorship(each.student_id)
        deliver(each, given, told.activated(given))
    deliver(told.organization_created())
    assert ask("/impact")["outcomes"]["students_advancing_grade"] == 0
    academy = {"organization_id": told.academy, "organization_name": "Hill", "taught": True}

    def academys(student, grade, kind=programs.StudentUpdated):
        deliver(kind(**{**student.__dict__, **academy, "grade_level": grade}))

    academys(first, "Grade 4", programs.StudentRegistered)
    academys(first, "Grade 5")
    academys(second, "6", programs.StudentRegistered)
    assert ask("/impact")["outcomes"]["students_advancing_grade"] == 1, "the academy told but one grade of the second"
    academys(first, "4")
    assert ask("/impact")["outcomes"]["students_advancing_grade"] == 0, "it was a slip"


def test_the_platform_is_told_when_enough_organizations_record_results(told, deliver, ask, run_job, funded):
    maths = told.course("Other", "Mathematics")
    deliver(maths)
    for number in range(4):
        told.academy = told.organization.__class__(int=number + 1)
        deliver(told.result(funded[0].student_id, maths.course_id, "100", "2026-04-01"))
        run_job("make_platform")
        told_of = ask("/impact")["comparison_to_platform"]
        assert (told_of["platform_avg_score"] is None) == (number < 3)
    # Six averages of one course each, and the first student of two: (100 + 45) / 2.
    assert told_of["platform_avg_score"] == 63.9
    assert told_of["sponsored_avg_score"] == 60.0


def test_money_is_told_as_it_stands(told, deliver, ask):
    given, student = told.sponsorship(told.academy), told.student()
    pending, paid = told.initiated(7_500_000), told.initiated(200_000)
    planned = [told.scheduled(given, 7_500, day) for day in ("2026-12-01", "2026-12-01", "2027-01-01")]
    deliver(
        told.organization_created(), student, given, told.activated(given), pending, paid, told.payment_completed(paid),
        billing.PaymentRefunded(
            organization_id=told.organization, payment_id=paid.payment_id, refund_id=told.academy, amount_minor=50_000,
            currency="KES", method="mpesa", refunded_at=pending.initiated_at,
        ),
        told.paid(999_999), *planned,
    )  # fmt: skip
    assert ask("/dashboard/stats")["payment_summary"] == {
        "total_paid": 11499.99, "pending_payments": 75000,
        "next_scheduled_payment": {
            "amount": 150, "date": "2026-12-01T00:00:00Z", "description": "Monthly scholarship disbursement",
        },
    }  # fmt: skip
    deliver(told.made(planned[0], "2026-11-20"), told.undone(planned[1]))
    assert ask("/dashboard/stats")["payment_summary"]["next_scheduled_payment"]["date"] == "2027-01-01T00:00:00Z"


def test_learning_before_the_sponsorship_or_of_a_cancelled_one_does_not_count(told, deliver, ask):
    maths, student = told.course("Mathematics"), told.student()
    given = told.sponsorship(student.student_id, start="2026-05-01")
    deliver(told.organization_created(), maths, student, given, told.activated(given))
    deliver(told.result(student.student_id, maths.course_id, "10", "2026-04-30"))
    deliver(told.result(student.student_id, maths.course_id, "80", "2026-05-01"))
    (line,) = ask("/sponsored-students")["students"]
    assert (line["average_score"], line["score_change"]) == (80.0, None)
    deliver(told.ended(given, "cancelled", "2026-06-01"))
    assert ask("/sponsored-students")["total"] == 0
    assert ask("/dashboard/stats")["stats"]["active_sponsorships"] == 0
