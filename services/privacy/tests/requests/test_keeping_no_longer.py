"""An organization sets how long it keeps students who have left: whom it alone knows is erased then, by itself.

Of whom others know too it forgets what it said, and they stay.
"""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from contracts.events.privacy import ConsentWithdrawn, DataRequestAnswered, ErasureRequested, RetentionEnded
from privacy.rules.clocks import months_before

CHILD = date(2015, 5, 17)
URL = "/api/v1/privacy/retention/"


@pytest.fixture
def rule(client: Any, as_: Any, adult: Any, strangers: Any) -> Any:
    """Amina's organization keeps nobody longer than a year; programs says that she left before."""
    answer = client.put(URL, json={"inactive_months": 12}, headers=as_("org.manage", organization=adult.organization))
    assert answer.status_code == 200
    strangers.left = [adult.student]
    return strangers


def test_whom_nobody_else_knows_is_erased(
    adult: Any, rule: Any, run_job: Any, published: Any, session: Any, everybody_erases: Any
) -> None:
    with time_machine.travel("2028-03-31T02:41:00Z"):
        run_job("keep_retention")
        run_job("keep_retention")
    assert rule.asked_before == [datetime(2027, 3, 31, 2, 41, tzinfo=UTC)] * 2
    (told,) = published(ErasureRequested)
    assert (told.student_id, told.user_id) == (adult.student, None)
    request = session.execute(text("select id, acts_as, law from data_requests")).one()
    assert (request.acts_as, "12 months" in request.law) == ("organization", True)
    everybody_erases(str(request.id))
    assert session.scalar(text("select state from data_requests")) == "done"
    assert published(DataRequestAnswered) == [], "nobody asked"


@pytest.fixture
def other(adult: Any, world: Any) -> UUID:
    """Another organization that knows Amina, by a name and an address of its own."""
    organization: UUID = world.organization(name="Mwanga School")
    world.student(organization, adult.student, name="Amina O.", email="amina@school.example.org")
    return organization


@pytest.mark.parametrize("everywhere", [True, False])
def test_whom_another_organization_knows_is_forgotten_by_this_one_only(
    *, adult: Any, rule: Any, other: UUID, consent: Any, decision: Any, run_job: Any, published: Any, session: Any,
    everywhere: bool,
) -> None:  # fmt: skip
    if not everywhere:
        rule.left, rule.left_here = [], [adult.student]
    for organization in (adult.organization, other):
        assert consent(adult.student_user, organization).status_code == 200
    run_job("keep_retention")
    run_job("keep_retention")
    assert published(ErasureRequested) == []
    (told,) = published(RetentionEnded)
    assert (told.student_id, told.organization_id) == (adult.student, adult.organization)
    (ended,) = published(ConsentWithdrawn)
    assert ended.organization_id == adult.organization
    assert not decision(adult.student, organization_id=adult.organization)["allowed"]
    assert decision(adult.student, organization_id=other)["allowed"]
    assert decision(adult.student, user_id=adult.student_user)["basis"] == "self", "the person stays"
    known = session.execute(text("select organization_id, name from organization_students")).all()
    assert [tuple(row) for row in known] == [(other, "Amina O.")]


def test_whom_only_this_one_knows_here_and_others_have_enrolled_is_nobodys_to_erase_yet(
    adult: Any, rule: Any, run_job: Any, published: Any
) -> None:
    """Programs knows of another enrolment before we have heard of it."""
    rule.left, rule.left_here = [], [adult.student]
    run_job("keep_retention")
    assert published(ErasureRequested) + published(RetentionEnded) == []


def test_nobody_takes_the_place_of_who_introduced_a_student(
    world: Any, strangers: Any, client: Any, as_: Any, run_job: Any, session: Any
) -> None:
    """Else whoever took a student up later could link an account of their own to the child, or name a guardian."""
    school, later = world.organization("academy"), world.organization()
    facts = {"birth_date": CHILD, "email": "zuhura@school.example.org", "guardian_email": "mother@example.org"}
    student = world.student(school, **facts)
    world.student(later, student, birth_date=CHILD, email="theirs@later.example.org", guardian_email="x@example.org")
    client.put(URL, json={"inactive_months": 12}, headers=as_("org.manage", organization=school))
    strangers.left = [student]
    run_job("keep_retention")
    world.student(later, student, birth_date=CHILD, email="theirs@later.example.org", guardian_email="x@example.org")
    for address in ("theirs@later.example.org", "x@example.org", "mother@example.org", "zuhura@school.example.org"):
        world.account(address)
    (person,) = session.execute(text("select name, email, user_id from students")).all()
    assert (person.email, person.user_id) == (None, None)
    assert session.scalar(text("select count(*) from guardianships")) == 0


def test_a_guardian_who_proved_their_address_stays(
    child: Any, world: Any, strangers: Any, client: Any, as_: Any, run_job: Any, consent: Any
) -> None:
    other = world.organization()
    world.student(other, child.student, birth_date=CHILD)
    client.put(URL, json={"inactive_months": 12}, headers=as_("org.manage", organization=child.organization))
    strangers.left = [child.student]
    run_job("keep_retention")
    assert consent(child.guardian_user, other, student_id=str(child.student)).status_code == 200


def test_a_month_ago_is_the_last_day_of_a_shorter_month() -> None:
    moment = datetime(2027, 3, 31, tzinfo=UTC)
    assert [months_before(moment, months).date().isoformat() for months in (1, 3, 13)] == [
        "2027-02-28", "2026-12-31", "2026-02-28",
    ]  # fmt: skip
