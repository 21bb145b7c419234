"""Input of every bad kind gets its refusal, in the partner's shape, and changes nothing."""

import pytest

from chassis.ids import new_id
from contracts.events.programs import ProgramCreated, SponsorshipCreated

from .conftest import PLAN, WISH

SOMEBODY = "01900000-0000-7000-8000-000000000000"

BAD_WISHES = [
    ({"student_ids": []}, "student_ids"),
    ({"student_ids": None}, "student_ids"),
    ({"student_ids": SOMEBODY}, "student_ids"),
    ({"student_ids": ["x"]}, "student_ids.0"),
    ({"student_ids": [SOMEBODY, SOMEBODY]}, "student_ids.1"),
    ({"student_ids": [SOMEBODY] * 1001}, "student_ids"),
    ({"type": None}, "type"),
    ({"type": 7}, "type"),
    ({"type": "course_specific"}, "course_ids"),
    ({"type": "course_specific", "course_ids": []}, "course_ids"),
    ({"course_ids": ["x"]}, "course_ids.0"),
    ({"course_ids": [SOMEBODY]}, "course_ids"),
    ({"course_ids": [SOMEBODY] * 101}, "course_ids"),
    ({"amount_per_student": 0}, "amount_per_student"),
    ({"amount_per_student": -1}, "amount_per_student"),
    ({"amount_per_student": 1.5}, "amount_per_student"),
    ({"amount_per_student": "25000"}, "amount_per_student"),
    ({"amount_per_student": True}, "amount_per_student"),
    ({"amount_per_student": 10**18}, "amount_per_student"),
    ({"amount_per_student": None}, "amount_per_student"),
    ({"currency": "USD"}, "currency"),
    ({"currency": "kes"}, "currency"),
    ({"currency": "XXXX"}, "currency"),
    ({"start_date": "2026-02-30"}, "start_date"),
    ({"start_date": "0001-01-01"}, "start_date"),
    ({"start_date": 20260301}, "start_date"),
    ({"end_date": "2026-02-28"}, "end_date"),
    ({"end_date": "9999-12-31"}, "end_date"),
    ({"notes": "x" * 5001}, "notes"),
    ({"notes": "\u0007"}, "notes"),
    ({"status": "active"}, "status"),
    ({"organization_id": SOMEBODY}, "organization_id"),
]
BAD_PLANS = [
    ({"name": ""}, "name"),
    ({"name": "x" * 201}, "name"),
    ({"description": None}, "description"),
    ({"target_students": 0}, "target_students"),
    ({"target_students": 1.5}, "target_students"),
    ({"target_students": 10**7}, "target_students"),
    ({"budget": 0}, "budget"),
    ({"budget": "900000"}, "budget"),
    ({"budget": 10**18}, "budget"),
    ({"currency": "EUR"}, "currency"),
    ({"course_ids": [SOMEBODY]}, "course_ids"),
    ({"eligibility": []}, "eligibility"),
    ({"eligibility": {"grade_levels": ["4"]}}, "eligibility.grade_levels.0"),
    ({"eligibility": {"counties": [""]}}, "eligibility.counties.0"),
    ({"eligibility": {"max_household_income": -1}}, "eligibility.max_household_income"),
    ({"eligibility": {"religion": "any"}}, "eligibility.religion"),
    ({"end_date": "2026-04-30"}, "end_date"),
    ({"status": "active"}, "status"),
]


def loc(field):
    return [["body", *field.split(".")]]


@pytest.mark.parametrize(("bad", "field"), BAD_WISHES, ids=[str(number) for number in range(len(BAD_WISHES))])
def test_a_bad_sponsorship_is_refused_field_by_field(partner, bad, field, published):
    answer = partner.post("sponsorships", {**WISH, "student_ids": [SOMEBODY], **bad})
    assert answer.status_code == 422, answer.json
    assert [error["loc"] for error in answer.json["detail"]] == loc(field)
    assert all(error["msg"] and error["type"] for error in answer.json["detail"])
    assert published(SponsorshipCreated) == []


@pytest.mark.parametrize(("bad", "field"), BAD_PLANS, ids=[str(number) for number in range(len(BAD_PLANS))])
def test_a_bad_program_is_refused_field_by_field(partner, bad, field, published):
    answer = partner.post("programs", {**PLAN, **bad})
    assert answer.status_code == 422, answer.json
    assert [error["loc"] for error in answer.json["detail"]] == loc(field)
    assert published(ProgramCreated) == []


@pytest.mark.parametrize("missing", ["student_ids", "type", "amount_per_student", "start_date", "end_date"])
def test_what_is_needed_is_asked_for(partner, missing):
    body = {**WISH, "student_ids": [SOMEBODY]}
    del body[missing]
    answer = partner.post("sponsorships", body)
    assert [error["loc"] for error in answer.json["detail"]] == loc(missing)


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": "\\u0000"}', b"[" * 100_000, b'"text"', b"[]", b"null"])
@pytest.mark.parametrize("path", ["sponsorships", "programs", f"programs/{SOMEBODY}/students"])
def test_what_is_no_object_is_refused(partner, path, body):
    headers = {**partner.headers, "Content-Type": "application/json"}
    answer = partner.client.post(f"/api/v1/partner/{path}", data=body, headers=headers)
    assert answer.status_code in (400, 422), answer.json
    assert "detail" in answer.json


def test_ids_that_are_none_are_not_there(partner):
    for path in ("sponsorships/7", f"sponsorships/{new_id()}", "programs/x", f"programs/{new_id()}"):
        answer = partner.get(path)
        assert answer.status_code == 404, path
        assert "detail" in answer.json


def test_money_beyond_what_a_column_holds_is_refused(partner, pupils):
    students = pupils("A")
    assert partner.sponsor(*students, amount_per_student=10**11 + 1).status_code == 422
    answer = partner.sponsor(*students, amount_per_student=10**11)
    assert (answer.status_code, answer.json["total_amount"]) == (201, 10**11)
