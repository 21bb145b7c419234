"""Every (viewer, scope, age, consent) cell of the decision, through the gateway's door, against a truth table.

The table says in a few lines of its own, without the product's rules, who may look and on what basis.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import time_machine

from chassis.ids import new_id

VIEWERS = (
    "nobody", "stranger", "platform", "self", "guardian", "funder", "employer", "academy that taught",
    "academy that did not", "member who is the guardian",
    "no academy that says it taught",
)  # fmt: skip
SCOPES = ("sponsor_view", "employer_share", "placement_tracking", "public_portfolio")
AGES = (
    "adult", "minor", "unknown", "minor who came of age", "adult found to be a minor", "unknown, then of age",
)  # fmt: skip
CONSENTS = ("none", "granted", "withdrawn", "expired", "granted to another")

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BIRTH = {
    "adult": date(2000, 1, 1),
    "minor": date(2012, 1, 1),
    "unknown": None,
    "minor who came of age": date(2008, 6, 1),
    "adult found to be a minor": date(2000, 1, 1),
    "unknown, then of age": None,
}


def expected(viewer: str, scope: str, age: str, consent: str) -> str | None:
    """The basis, or None for no."""
    minor_now = age in ("minor", "unknown", "adult found to be a minor")
    always = {"platform": "platform", "self": "self", "academy that taught": "membership"}
    if viewer in always:
        return always[viewer]
    if viewer in ("guardian", "member who is the guardian") and minor_now:
        return "guardian"
    rightly_given = consent == "granted" and age in ("adult", "minor", "unknown")
    reached = scope == "public_portfolio" or viewer in ("funder", "member who is the guardian")
    return "consent" if rightly_given and reached else None


@contextmanager
def stage(world: Any, consent: Any, scope: str, age: str, state: str) -> Iterator[dict[str, Any]]:
    """Play everything up to NOW and yield the viewers and the student."""
    key = new_id()
    student_mail, guardian_mail = f"s.{key}@example.org", f"g.{key}@example.org"
    funder, other, employer = world.organization(), world.organization(), world.organization("employer")
    taught, untaught = world.organization("academy"), world.organization("academy")
    boastful = world.organization()
    facts = {"birth_date": BIRTH[age], "email": student_mail, "guardian_email": guardian_mail}
    student = world.student(funder, **facts)
    world.student(taught, student, taught=True, birth_date=BIRTH[age])
    world.student(boastful, student, taught=True, birth_date=BIRTH[age])
    people = {"self": world.account(student_mail), "guardian": world.account(guardian_mail)}
    giver = people["self" if age.startswith("adult") else "guardian"]
    public = scope == "public_portfolio"
    benefits = {"granted to another": other}.get(state, funder)
    # A public scope has no other beneficiary: another scope stands in for it.
    given = "placement_tracking" if public and state == "granted to another" else scope
    to = None if public and given == scope else benefits
    then = NOW - timedelta(days=300)
    with time_machine.travel(then, tick=False):
        if state != "none":
            until = {"expires_at": (then + timedelta(days=30)).isoformat()} if state == "expired" else {}
            assert consent(giver, to, given, **until).status_code == 200
        if state == "withdrawn":
            assert consent(giver, to, given, granted=False).status_code == 200
        if age == "unknown, then of age":
            world.student(funder, student, **{**facts, "birth_date": date(2008, 6, 1)})
    with time_machine.travel(NOW, tick=False):
        if age == "adult found to be a minor":
            world.student(other, student, birth_date=date(2012, 1, 1))
        yield {
            "student": student,
            "nobody": {},
            "stranger": {"user_id": new_id(), "organization_id": world.organization(), "organization_kind": "sponsor"},
            "platform": {"user_id": new_id(), "is_platform": True},
            "self": {"user_id": people["self"]},
            "guardian": {"user_id": people["guardian"]},
            "funder": {"user_id": new_id(), "organization_id": funder, "organization_kind": "sponsor"},
            "employer": {"user_id": new_id(), "organization_id": employer, "organization_kind": "employer"},
            "academy that taught": {"user_id": new_id(), "organization_id": taught, "organization_kind": "academy"},
            "no academy that says it taught": {"user_id": new_id(), "organization_id": boastful},
            "academy that did not": {"user_id": new_id(), "organization_id": untaught, "organization_kind": "academy"},
            "member who is the guardian": {"user_id": people["guardian"], "organization_id": funder},
        }


@pytest.mark.parametrize("cell", list(product(SCOPES, AGES, CONSENTS)), ids=", ".join)
def test_every_viewer_gets_the_answer_of_the_table(
    world: Any,
    consent: Any,
    decision: Callable[..., Any],
    cell: tuple[str, str, str],
    record_property: Callable[[str, object], None],
) -> None:
    scope, age, state = cell
    with stage(world, consent, scope, age, state) as play:
        answers = {viewer: decision(play["student"], scope, **play[viewer]) for viewer in VIEWERS}
    table = {viewer: expected(viewer, scope, age, state) for viewer in VIEWERS}
    record_property("cells", len(answers))
    wrong = [viewer for viewer, answer in answers.items() if answer["basis"] != table[viewer]]
    record_property("wrong_answers", len(wrong))
    assert {viewer: answer["basis"] for viewer, answer in answers.items()} == table
    assert all(answer["allowed"] == (answer["basis"] is not None) for answer in answers.values())
    assert all((answer["grant_id"] is not None) == (answer["basis"] == "consent") for answer in answers.values())


def test_an_unknown_student_looks_like_one_who_did_not_consent(adult: Any, decision: Callable[..., Any]) -> None:
    with time_machine.travel(NOW, tick=False):
        there, not_there = (
            decision(student, organization_id=adult.organization) for student in (adult.student, new_id())
        )
    there.pop("student_id"), not_there.pop("student_id")
    assert there == not_there
    assert there["reason"] == "no_consent"


def test_even_the_platform_is_told_nothing_of_who_does_not_exist(decision: Callable[..., Any]) -> None:
    assert not decision(new_id(), is_platform=True, user_id=new_id())["allowed"]


def test_a_scope_nobody_was_told_of_is_a_no(adult: Any, decision: Callable[..., Any]) -> None:
    assert not decision(adult.student, "see_everything", user_id=adult.student_user)["allowed"]
