"""A partner plans a program, money launches it, and it is paused, resumed and completed."""

import pytest

from contracts.events.programs import ProgramCreated, ProgramUpdated

from .conftest import PLAN, funds, released


@pytest.fixture
def plan(partner):
    return partner.planned()


@pytest.fixture
def program(partner, plan, deliver):
    """One that is funded and so active."""
    deliver(funds(partner, 100, program=plan))
    return plan


def test_a_program_is_planned_as_the_document_has_it(partner, published, academy):
    course = academy.course("Digital literacy")
    answer = partner.post("programs", {**PLAN, "course_ids": [course]})
    assert answer.status_code == 201
    made, created = answer.json["id"], answer.json["created_at"]
    assert answer.json == {
        "id": made,
        "name": PLAN["name"],
        "status": "planning",
        "target_students": 30,
        "budget": 900000,
        "created_at": created,
        "message": "Program created successfully. Student enrollment can begin after payment.",
    }
    (told,) = published(ProgramCreated)
    assert (str(told.program_id), told.state, told.budget_minor) == (made, "planning", 90_000_000)
    assert [str(id) for id in told.course_ids] == [course]


def test_programs_are_listed_the_latest_first(partner, academy, deliver):
    course = academy.course("Digital literacy")
    first = partner.planned(name="First", course_ids=[course])
    second = partner.planned(name="Second")
    deliver(funds(partner, 10, program=first), released(partner, 4, "2026-09-01", program=first))
    shown = partner.get("programs").json
    assert {name: shown[name] for name in ("total", "page", "limit", "pages")} == {
        "total": 2, "page": 1, "limit": 20, "pages": 1
    }  # fmt: skip
    assert [line["id"] for line in shown["programs"]] == [second, first]
    line = shown["programs"][1]
    assert line.pop("created_at").endswith("Z")
    assert line == {
        "id": first,
        "name": "First",
        "description": PLAN["description"],
        "status": "active",
        "target_students": 30,
        "enrolled_students": 0,
        "budget": 900000,
        "spent": 4,
        "currency": "KES",
        "courses": ["Digital literacy"],
        "start_date": "2026-05-01",
        "end_date": "2099-04-30",
    }
    assert [line["id"] for line in partner.get("programs", status="planning").json["programs"]] == [second]
    refused = partner.get("programs", status="cancelled")
    assert (refused.status_code, refused.json["detail"]) == (400, "Invalid program status")


def test_a_program_is_read_with_its_money_and_its_criteria(partner, deliver):
    plan = partner.planned(
        eligibility={"grade_levels": [6, 5, 5], "counties": ["Kilifi"], "max_household_income": 50000}
    )
    deliver(funds(partner, 10, program=plan), released(partner, 4, "2026-09-01", program=plan))
    shown = partner.program(plan)
    assert (shown["budget"], shown["spent"], shown["remaining"]) == (900000, 4, 899996)
    assert shown["eligibility"] == {"grade_levels": [5, 6], "counties": ["Kilifi"], "max_household_income": 50000}
    assert shown["participants"] == {
        "by_grade": {}, "by_county": {}, "average_score": None, "completion_rate": None,
    }  # fmt: skip
    assert [one["description"] for one in shown["milestones"]] == ["Program launched"]


def test_the_first_money_launches_it_once(partner, plan, deliver, published):
    money = funds(partner, 100, program=plan)
    deliver(money, money, funds(partner, 5, program=plan))
    (told,) = published(ProgramUpdated)
    assert (told.state, told.changed_at) == ("active", money.allocated_at)


MOVES = {
    "planning": {},
    "active": {"pause": "paused", "complete": "completed"},
    "paused": {"resume": "active", "complete": "completed"},
    "completed": {},
}
WAYS = {"planning": (), "active": (), "paused": ("pause",), "completed": ("complete",)}


@pytest.mark.parametrize("move", ["pause", "resume", "complete"])
@pytest.mark.parametrize("state", MOVES)
def test_every_move_is_made_where_it_is_legal_and_refused_elsewhere(partner, plan, deliver, published, state, move):
    if state != "planning":
        deliver(funds(partner, 1, program=plan))
    for step in WAYS[state]:
        assert partner.post(f"programs/{plan}/{step}").status_code == 200
    said = len(published(ProgramUpdated))
    answer = partner.post(f"programs/{plan}/{move}")
    expected = MOVES[state].get(move)
    assert answer.status_code == (200 if expected else 409), answer.json
    assert partner.program(plan)["status"] == (expected or state)
    told = published(ProgramUpdated)[said:]
    assert [event.state for event in told] == ([expected] if expected else [])


def test_money_for_a_completed_program_does_not_bring_it_back(partner, program, deliver):
    partner.post(f"programs/{program}/complete")
    deliver(funds(partner, 1, program=program))
    assert partner.program(program)["status"] == "completed"


def test_a_program_completes_when_its_last_day_has_passed(partner, deliver, run_job, published):
    funded, unfunded = (partner.planned(start_date="2020-01-01", end_date="2020-12-31") for _ in range(2))
    running = partner.planned()
    deliver(funds(partner, 1, program=funded))
    run_job("end_funding")
    run_job("end_funding")
    assert [partner.program(id)["status"] for id in (funded, unfunded, running)] == [
        "completed", "completed", "planning"
    ]  # fmt: skip
    assert sum(event.state == "completed" for event in published(ProgramUpdated)) == 2
