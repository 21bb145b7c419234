"""Input of every bad kind gets its refusal, in shape, and changes nothing."""

import pytest

from chassis.ids import new_id
from contracts.events.programs import CohortCreated, StudentEnrolled

GOOD = {"name": "January", "start_date": "2027-01-11", "end_date": "2027-06-30", "seats": 10}

BAD_COHORTS = [
    ({"seats": -1}, "seats"),
    ({"seats": 0}, "seats"),
    ({"seats": 10**7}, "seats"),
    ({"seats": 1.5}, "seats"),
    ({"seats": "10"}, "seats"),
    ({"seats": True}, "seats"),
    ({"seats": None}, "seats"),
    ({"end_date": "2027-01-10"}, "end_date"),
    ({"start_date": "0001-01-01"}, "start_date"),
    ({"end_date": "9999-12-31"}, "end_date"),
    ({"start_date": "2027-02-30"}, "start_date"),
    ({"start_date": 20270111}, "start_date"),
    ({"name": ""}, "name"),
    ({"name": " "}, "name"),
    ({"name": "x" * 201}, "name"),
    ({"name": ["x"]}, "name"),
    ({"course_ids": [str(new_id())]}, "course_ids"),
    ({"course_ids": ["x"]}, "course_ids.0"),
    ({"course_ids": [str(new_id())] * 101}, "course_ids"),
    ({"program_id": str(new_id())}, "program_id"),
    ({"organization_id": str(new_id())}, "organization_id"),
    ({"kind": "academy"}, "kind"),
]


@pytest.mark.parametrize(("bad", "field"), BAD_COHORTS, ids=[str(number) for number in range(len(BAD_COHORTS))])
def test_a_bad_cohort_is_refused_field_by_field(sponsor, bad, field, published):
    answer = sponsor.post("cohorts/", {**GOOD, **bad})
    assert answer.status_code == 422, answer.json
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert answer.content_type == "application/problem+json"
    assert published(CohortCreated) == []


def test_a_change_is_held_to_the_same_rules(sponsor):
    cohort = sponsor.cohort()
    for bad in ({"seats": -1}, {"end_date": "2027-01-01"}, {"kind": "academy"}, {"name": None}):
        assert sponsor.patch(f"cohorts/{cohort}/", bad).status_code == 422, bad
    assert sponsor.get(f"cohorts/{cohort}/").json["name"] == "January"


def test_more_than_ten_thousand_rows_are_refused_as_a_whole(sponsor, published):
    cohort = sponsor.cohort()
    answer = sponsor.enrol(cohort, *({"external_id": str(n), "name": "A"} for n in range(10_001)))
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "students"
    assert "10000" in answer.json["errors"][0]["message"]
    assert published(StudentEnrolled) == []


@pytest.mark.parametrize("students", [None, [], {}, "all", 7])
def test_students_are_a_list_of_at_least_one(sponsor, students):
    answer = sponsor.post(f"cohorts/{sponsor.cohort()}/enrollments/", {"students": students})
    assert answer.status_code == 422


def test_a_body_that_is_too_large_is_refused(sponsor, client):
    url = f"/api/v1/programs/cohorts/{sponsor.cohort()}/enrollments/"
    answer = client.post(url, data=b"x" * (9 * 1024 * 1024), headers=sponsor.headers, content_type="application/json")
    assert answer.status_code == 413


RAW = [
    (b'{"students": [{"email": "a@x.example", "name": "A\\u0000"}]}', "application/json", 400),
    (b'{"students": [', "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b'{"students": ' + b"[" * 5000 + b"]" * 5000 + b"}", "application/json", 400),
    (b"students=1", "application/x-www-form-urlencoded", 415),
    (b"", "application/json", 422),
    (b"[]", "application/json", 422),
]


@pytest.mark.parametrize(("body", "kind", "status"), RAW, ids=[str(number) for number in range(len(RAW))])
def test_what_cannot_be_read_is_refused(sponsor, client, body, kind, status):
    url = f"/api/v1/programs/cohorts/{sponsor.cohort()}/enrollments/"
    answer = client.post(url, data=body, headers=sponsor.headers, content_type=kind)
    assert answer.status_code == status, answer.json


def test_a_search_is_text_not_a_pattern(sponsor, academy):
    academy.course("100 % effort")
    academy.course("Reading_2")
    assert sponsor.get("courses/", search="%").json["total"] == 1
    assert sponsor.get("courses/", search="g_2").json["total"] == 1
    assert sponsor.get("courses/", search="_").json["total"] == 1
    assert sponsor.get("courses/", search="\\").json["total"] == 0
    assert sponsor.get("courses/", search="a\0b").status_code == 400


def test_unlisted_sorts_and_absurd_pages_are_refused(sponsor):
    for query in ({"sort": "organization_id"}, {"sort": "--title"}, {"page": "-1"}, {"page": "1e9"}, {"limit": "0"}):
        assert sponsor.get("courses/", **query).status_code == 400, query


def test_a_retried_roster_is_answered_word_for_word(sponsor, grant, published):
    grant(sponsor, 1)
    url = f"cohorts/{sponsor.cohort()}/enrollments/"
    rows = {"students": [{"email": "a@x.example", "name": "A"}, {"email": "b@x.example", "name": "B"}]}
    first = sponsor.post(url, rows, **{"Idempotency-Key": "roster-1"})
    again = sponsor.post(url, rows, **{"Idempotency-Key": "roster-1"})
    assert (first.status_code, again.status_code) == (207, 207)
    assert first.data == again.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(published(StudentEnrolled)) == 1
