"""Results: recorded once however often they are sent, counted in every cohort, completing what is complete."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from chassis.clock import now
from chassis.ids import new_id
from contracts.events.programs import EnrollmentCompleted, ResultRecorded


@pytest.fixture
def school(academy):
    """An academy with two courses and Amina (external id 7) in a cohort of both."""
    academy.math, academy.reading = academy.course("Mathematics"), academy.course("Reading")
    academy.class_2b = academy.cohort(course_ids=[academy.math, academy.reading])
    answer = academy.enrol(academy.class_2b, {"external_id": "7", "name": "Amina", "email": "amina@x.example"})
    academy.amina = answer.json["results"][0]["student_id"]
    academy.enrollment = answer.json["results"][0]["enrollment_id"]
    return academy


def result(course, score=488, day="2026-05-14", **more):
    return {"external_id": "7", "course_id": course, "score": score, "result_date": day, **more}


def statuses(answer):
    return [row["status"] for row in answer.json["results"]]


def test_a_result_is_recorded_and_announced(school, published):
    answer = school.post("results/", {"results": [result(school.math, 488.5, max_score=500)]})
    assert (answer.status_code, statuses(answer)) == (201, ["recorded"])
    (told,) = published(ResultRecorded)
    assert (told.score, told.max_score, told.completed) == (Decimal("488.5"), Decimal(500), True)
    assert str(told.result_id) == answer.json["results"][0]["id"]


def test_the_same_results_again_change_nothing(school, published):
    body = {"results": [result(school.math), result(school.reading, None), result(school.reading, 3, result_id="R1")]}
    first, second = school.post("results/", body), school.post("results/", body)
    assert statuses(first) == ["recorded"] * 3
    assert statuses(second) == ["unchanged"] * 3
    assert [row["id"] for row in first.json["results"]] == [row["id"] for row in second.json["results"]]
    assert len(published(ResultRecorded)) == 3


def test_a_corrected_result_replaces_the_earlier_one(school, published):
    school.post("results/", {"results": [result(school.math, 400, result_id="R1")]})
    answer = school.post("results/", {"results": [result(school.math, 410, result_id="R1")]})
    assert statuses(answer) == ["updated"]
    first, second = published(ResultRecorded)
    assert first.result_id == second.result_id
    assert school.get(f"students/{school.amina}/progress/").json["score"] == 410


def test_a_missing_score_stays_missing_and_completes_nothing(school, privacy):
    school.post("results/", {"results": [result(school.math, None)]})
    (line,) = school.listed(school.class_2b)["items"]
    assert (line["score"], line["progress"]) == (None, {"completed": 0, "courses": 2, "percent": 0})
    math = next(c for c in school.get(f"students/{school.amina}/progress/").json["courses"] if c["id"] == school.math)
    assert (math["score"], math["completed"]) == (None, False)


def test_a_missing_score_is_left_out_of_the_mean(school, privacy):
    school.post("results/", {"results": [result(school.math, 80), result(school.reading, None)]})
    assert school.listed(school.class_2b)["items"][0]["score"] == 80


def test_an_enrolment_completes_with_the_last_of_its_courses(school, privacy, published):
    school.post("results/", {"results": [result(school.math, 400)]})
    assert published(EnrollmentCompleted) == []
    assert school.listed(school.class_2b)["items"][0]["progress"]["percent"] == 50
    answer = school.post("results/", {"results": [result(school.reading, 500)]})
    assert answer.json["enrollments_completed"] == 1
    (told,) = published(EnrollmentCompleted)
    assert str(told.enrollment_id) == school.enrollment
    (line,) = school.listed(school.class_2b)["items"]
    assert (line["status"], line["progress"]["percent"], line["score"]) == ("completed", 100, 450)


def test_a_score_that_says_not_completed_completes_nothing(school):
    body = {"results": [result(school.math, 10, completed=False), result(school.reading, 400)]}
    assert school.post("results/", body).json["enrollments_completed"] == 0


def test_an_academys_result_completes_a_sponsors_enrolment(school, sponsor, grant, published):
    grant(sponsor, 1)
    cohort = sponsor.cohort(course_ids=[school.math])
    answer = sponsor.enrol(cohort, {"email": "AMINA@x.example", "name": "Amina O."})
    assert answer.json["results"][0]["student_id"] == school.amina
    school.post("results/", {"results": [result(school.math)]})
    assert [event.organization_id for event in published(EnrollmentCompleted)] == [sponsor.id]


def test_an_enrolment_made_after_the_results_counts_them(school, sponsor, grant, published):
    grant(sponsor, 1)
    school.post("results/", {"results": [result(school.math)]})
    cohort = sponsor.cohort(course_ids=[school.math])
    answer = sponsor.enrol(cohort, {"email": "amina@x.example", "name": "Amina O."})
    assert statuses(answer) == ["enrolled"]
    assert [event.organization_id for event in published(EnrollmentCompleted)] == [sponsor.id]


def test_taking_a_course_out_of_a_cohort_completes_who_had_only_that_left(school, published):
    school.post("results/", {"results": [result(school.math)]})
    school.patch(f"cohorts/{school.class_2b}/", {"course_ids": [school.math]})
    assert len(published(EnrollmentCompleted)) == 1


def test_a_cohort_without_courses_completes_only_by_word(school, published):
    cohort = school.cohort()
    enrolment = school.enrol(cohort, {"external_id": "7"}).json["results"][0]["enrollment_id"]
    assert published(EnrollmentCompleted) == []
    assert school.post(f"enrollments/{enrolment}/complete/").json["status"] == "completed"
    assert len(published(EnrollmentCompleted)) == 1


def test_a_withdrawn_enrolment_is_not_completed_by_results(school, published):
    school.post(f"enrollments/{school.enrollment}/withdraw/")
    school.post("results/", {"results": [result(school.math), result(school.reading)]})
    assert published(EnrollmentCompleted) == []


def test_each_bad_row_says_why_and_the_others_go_in(school, sponsor, published):
    tomorrow = (now() + timedelta(days=3)).date().isoformat()
    rows = [
        result(school.math),
        {**result(school.math), "external_id": "8"},
        result(str(new_id())),
        result(school.math, day=tomorrow),
        result(school.math, "NaN"),
        result(school.math, 1e300),
        result(school.math, True),
        {"course_id": school.math, "score": 1, "result_date": "2026-05-14"},
        result(school.math, 5),
        "nonsense",
        result(school.math, 5, max_score=0),
        {**result(school.math), "grade": 1},
    ]
    answer = school.post("results/", {"results": rows})
    assert answer.status_code == 207
    assert statuses(answer) == ["recorded"] + ["invalid"] * 11
    fields = [row["reasons"][0]["field"] for row in answer.json["results"][1:]]
    assert fields == [
        "external_id", "course_id", "result_date", "score", "score", "score", "student_id", "result_id", "",
        "max_score", "grade",
    ]  # fmt: skip
    assert len(published(ResultRecorded)) == 1


def test_nobody_records_results_of_students_they_do_not_know(school, sponsor, published):
    row = {"student_id": school.amina, "course_id": school.math, "score": 1, "result_date": "2026-05-14"}
    answer = sponsor.post("results/", {"results": [row]})
    assert statuses(answer) == ["invalid"]
    assert published(ResultRecorded) == []


def test_who_may_write_records_of_one_cohort_only_writes_of_its_students(school, client, as_):
    other = school.enrol(school.cohort(), {"external_id": "9", "name": "Brian"}).json["results"][0]["student_id"]
    teacher = as_(organization=school.id, kind="academy", narrowed={UUID(school.class_2b): ("records.write",)})
    rows = [result(school.math), {**result(school.math), "external_id": None, "student_id": other}]
    answer = client.post("/api/v1/programs/results/", json={"results": rows}, headers=teacher)
    assert statuses(answer) == ["recorded", "invalid"]


def test_progress_shows_every_course_with_its_latest_and_best_score(school):
    body = {"results": [result(school.math, 90, "2026-05-01"), result(school.math, 70, "2026-06-01")]}
    school.post("results/", body)
    shown = school.get(f"students/{school.amina}/progress/").json
    assert (shown["student"]["name"], shown["completed"], shown["total"], shown["percent"]) == ("Amina", 1, 2, 50)
    math, reading = shown["courses"]
    assert (math["score"], math["best_score"], math["completed_on"]) == (70, 90, "2026-05-01")
    assert (reading["score"], reading["completed"]) == (None, False)


def test_a_profile_shows_name_school_and_courses_but_no_score_or_address(school):
    school.post("results/", {"results": [result(school.math)]})
    shown = school.get(f"students/{school.amina}/profile/").json
    assert shown["student"]["name"] == "Amina"
    assert shown["courses"][0] == {
        "id": school.math, "title": "Mathematics", "subject_area": None, "completed": True,
    }  # fmt: skip
    assert "amina@x.example" not in str(shown)


def test_there_is_no_progress_of_nobody(school):
    assert school.get(f"students/{new_id()}/progress/").status_code == 404
