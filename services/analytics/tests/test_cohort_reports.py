"""Everything about one cohort, for who may see it; names only where the student agreed."""

from dataclasses import replace

import pytest

from chassis.ids import new_id

pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def report(read):
    return lambda cohort, **query: read(f"/programs/cohorts/{cohort.cohort_id}/reports/", **query)


def test_a_sponsor_reads_what_came_of_its_cohort(told, deliver, report):
    reading = told.course("Reading")
    cohort = told.cohort(seats=30, courses=[reading.course_id])
    deliver(told.organization_created(), reading, cohort, told.seats_bought(30))
    deliver(told.invoice(60_000_000), told.paid(60_000_000))
    invoice = told.invoice(7_000_050, "INV-2026-002", cohort=cohort.cohort_id)
    later = told.invoice(1_000_000, "INV-2026-003", cohort=cohort.cohort_id)
    deliver(invoice, later, told.paid(7_000_050, cohort=cohort.cohort_id), told.invoice_paid(invoice, "2026-02-01"))
    for number in range(6):
        student = told.student(f"Student {number}")
        enrolled = told.enrolled(cohort.cohort_id, student.student_id)
        deliver(student, enrolled, told.seat(cohort.cohort_id, student.student_id))
        deliver(told.result(student.student_id, reading.course_id, str(60 + number), completed=number != 0))
        if number < 3:
            deliver(told.completed(enrolled, "2026-06-10"))

    found = report(cohort)

    assert {key: found["seats"][key] for key in ("purchased", "assigned", "available", "utilization")} == {
        "purchased": 30, "assigned": 6, "available": 24, "utilization": 20.0,
    }  # fmt: skip
    assert (found["completion"]["rate"], found["completion"]["enrolled"], found["completion"]["completed"]) == (
        50.0,
        6,
        3,
    )
    assert found["completion"]["by_course"] == [
        {"course_id": str(reading.course_id), "title": "Reading", "enrolled": 6, "completed": 5, "rate": 83.3}
    ]
    assert found["completion"]["by_month"][-1] == {"month": "2026-11", "completed": 3, "enrolled": 6, "rate": 50.0}
    # (60 + … + 65) / 6 = 62.5
    assert found["results"] == [
        {"course_id": str(reading.course_id), "title": "Reading", "mean_score": 62.5, "max_score": 100.0, "students": 6,
         "withheld": False}
    ]  # fmt: skip
    assert found["payments"] == {"invoiced": 80000.5, "paid": 70000.5, "due": 10000, "currency": "KES"}
    whole = found["organization"]["payments"]
    assert [whole[key] for key in ("invoiced", "paid", "due")] == [680000.5, 670000.5, 610000]
    assert found["organization"]["name"] == "Mwanga Foundation"
    assert set(found["definitions"]) == {
        "seats",
        "completion",
        "payments",
        "results",
        "improvement",
        "at_risk",
        "withheld",
    }


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (1, 2, 0)])
def test_what_was_corrected_of_an_invoice_is_neither_invoiced_nor_due(told, deliver, report, order):
    cohort = told.cohort()
    invoice = told.invoice(1_000_000, day="2026-09-30", cohort=cohort.cohort_id)
    settled = told.invoice(500_000, "INV-2026-002", day="2026-09-30", cohort=cohort.cohort_id)
    gone = told.invoice(20_000, "INV-2026-003", day="2026-09-30", cohort=cohort.cohort_id)
    corrections = [
        told.corrected(invoice, 100_000, "2026-10-31"),
        told.corrected(settled, 50_000, "2026-10-31"),
        told.corrected(gone, 20_000, "2026-10-31"),
    ]
    paid = [told.paid(500_000, "2026-10-05", cohort.cohort_id), told.invoice_paid(settled, "2026-10-05")]
    facts = ([invoice, settled, gone], corrections, paid)
    deliver(told.organization_created(), cohort, *(event for part in order for event in facts[part]))
    deliver(*corrections)

    found = report(cohort)["payments"]

    assert found == {"invoiced": 13_500, "paid": 5_000, "due": 9_000, "currency": "KES"}

    deliver(told.paid(900_000, "2026-11-02", cohort.cohort_id), told.invoice_paid(invoice, "2026-11-02"))
    assert report(cohort)["payments"] == {"invoiced": 13_500, "paid": 14_000, "due": 0, "currency": "KES"}


def test_a_refunds_credit_note_is_told_by_the_refund(told, deliver, report):
    cohort = told.cohort()
    invoice = told.invoice(1_000_000, day="2026-09-30", cohort=cohort.cohort_id)
    note = replace(told.corrected(invoice, 400_000, "2026-10-31"), refund_id=new_id())
    deliver(told.organization_created(), cohort, invoice, note)
    assert report(cohort)["payments"]["invoiced"] == 10_000


def test_sums_do_not_mix_currencies(told, deliver, report):
    cohort = told.cohort()
    deliver(told.organization_created(), cohort, told.paid(5_000, cohort=cohort.cohort_id))
    deliver(told.paid(7_000, cohort=cohort.cohort_id, currency="USD"))
    assert report(cohort)["payments"]["paid"] == 50


def test_a_mean_of_few_scores_is_withheld_unless_all_consent(told, deliver, report, privacy):
    reading = told.course("Reading")
    cohort = told.cohort(courses=[reading.course_id])
    students = [told.student(f"Student {n}") for n in range(3)]
    deliver(told.organization_created(), reading, cohort, *students)
    for student in students:
        deliver(told.enrolled(cohort.cohort_id, student.student_id))
        deliver(told.result(student.student_id, reading.course_id, "80", "2026-11-15"))
    (withheld,) = report(cohort)["results"]
    assert (withheld["mean_score"], withheld["students"], withheld["withheld"]) == (None, None, True)
    privacy.consenting |= {student.student_id for student in students}
    (shown,) = report(cohort)["results"]
    assert (shown["mean_score"], shown["students"], shown["withheld"]) == (80.0, 3, False)


def test_improvement_is_from_the_first_course_of_an_area_to_its_last(told, deliver, report):
    courses = [told.course(title, area=area) for title, area in (
        ("Reading K", "Reading"), ("Reading 3", "Reading"), ("Reading 1", "Reading"), ("Coding", "Coding"),
    )]  # fmt: skip
    first, last, between, _ = [course.course_id for course in courses]
    cohort = told.cohort(courses=[first, between, last, courses[3].course_id])
    deliver(told.organization_created(), *courses, cohort)
    for number in range(6):
        student = told.student(f"Student {number}")
        deliver(student, told.enrolled(cohort.cohort_id, student.student_id))
        deliver(told.result(student.student_id, first, "40"), told.result(student.student_id, between, "1"))
        # One has no last score; the gains of the others are 20, 21, 22, 23 and 24.25.
        score = (None, "60", "61", "62", "63", "64.25")[number]
        deliver(told.result(student.student_id, last, score))
    assert report(cohort)["improvement"] == [
        {"subject_area": "Reading", "first_course": "Reading K", "last_course": "Reading 3", "mean_gain": 22.0,
         "students": 5, "withheld": False}
    ]  # fmt: skip


def test_a_later_word_on_a_result_replaces_the_earlier_in_any_order(told, deliver, report, privacy):
    reading, student, result = told.course("Reading"), told.student(), new_id()
    cohort = told.cohort(courses=[reading.course_id])
    privacy.consenting.add(student.student_id)
    early = told.result(student.student_id, reading.course_id, "40", result_id=result)
    afternoon = early.recorded_at.replace(hour=15)
    late = told.result(student.student_id, reading.course_id, "90", result_id=result, recorded=afternoon)
    deliver(told.organization_created(), cohort, student, told.enrolled(cohort.cohort_id, student.student_id))
    deliver(reading, late, early, late)
    assert report(cohort)["results"][0]["mean_score"] == 90.0


def test_a_role_narrowed_to_the_cohort_reads_it_and_no_other(told, deliver, client, as_):
    mine, other = told.cohort("Mine"), told.cohort("Other")
    deliver(told.organization_created(), mine, other, told.seats_bought(5), told.paid(100))
    headers = as_(organization=told.organization, narrowed={mine.cohort_id: ("cohorts.read",)})
    found = client.get(f"/api/v1/programs/cohorts/{mine.cohort_id}/reports/", headers=headers)
    assert found.status_code == 200
    assert found.get_json()["organization"]["payments"] is None
    assert client.get(f"/api/v1/programs/cohorts/{other.cohort_id}/reports/", headers=headers).status_code == 404


def test_another_organizations_cohort_or_one_not_heard_of_is_not_found(told, another, deliver, client, as_):
    theirs = another.cohort()
    deliver(told.organization_created(), another.organization_created(), theirs)
    headers = as_("cohorts.read", organization=told.organization)
    for cohort_id in (theirs.cohort_id, new_id()):
        answer = client.get(f"/api/v1/programs/cohorts/{cohort_id}/reports/", headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "no_such_cohort")


def test_who_may_not_read_cohorts_is_refused(told, deliver, client, as_):
    cohort = told.cohort()
    deliver(told.organization_created(), cohort)
    path = f"/api/v1/programs/cohorts/{cohort.cohort_id}/reports/"
    assert client.get(path).status_code == 401
    assert client.get(path, headers=as_("dashboard.view", organization=told.organization)).status_code == 403


def test_a_path_works_with_and_without_its_slash(told, deliver, client, as_):
    cohort = told.cohort()
    deliver(told.organization_created(), cohort)
    headers = as_("cohorts.read", organization=told.organization)
    assert client.get(f"/api/v1/programs/cohorts/{cohort.cohort_id}/reports", headers=headers).status_code == 200
