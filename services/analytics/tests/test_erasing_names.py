"""A student is erased: the one table with names forgets them, and the figures stay what they were."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.analytics import ErasureDone
from contracts.events.privacy import ErasureRequested, RetentionEnded
from contracts.events.programs import StudentUpdated


@pytest.fixture
def known(told: Any, deliver: Any) -> Any:
    """A student who is enrolled."""
    student, cohort = told.student(name="Zuhura Kilonzo", school="Uhuru School"), told.cohort()
    deliver(told.organization_created(), cohort, student, told.enrolled(cohort.cohort_id, student.student_id))
    return student


def erased(student: Any) -> ErasureRequested:
    return ErasureRequested(request_id=new_id(), student_id=student.student_id)


def names(session: Any) -> list[str]:
    return list(session.scalars(text("select name from names where name <> 'Mwanga Foundation' order by name")))


def test_names_go_and_figures_stay(known: Any, deliver: Any, session: Any, published: Any) -> None:
    figures = text("select measure, dimension, key, number from cells order by 1, 2, 3, 4")
    before = session.execute(figures).all()
    assert names(session) == ["Zuhura Kilonzo"]
    deliver(erased(known))
    assert names(session) == [""], "only that it was forgotten"
    assert session.execute(figures).all() == before
    (answer,) = published(ErasureDone)
    assert dict(answer.erased)["names"] == 1
    assert answer.kept


@pytest.mark.parametrize("kind", ["registered", "updated"])
def test_a_name_that_comes_late_is_not_taken_in(known: Any, deliver: Any, session: Any, told: Any, kind: str) -> None:
    deliver(erased(known))
    facts = {name: getattr(known, name) for name in ("student_id", "organization_id", "organization_name", "taught")}
    deliver(known if kind == "registered" else StudentUpdated(**facts, name="Zuhura K."))
    assert names(session) == [""]


def test_an_organization_that_keeps_a_student_no_longer_forgets_the_name(
    known: Any, told: Any, deliver: Any, session: Any
) -> None:
    other = StudentUpdated(**{**known.__dict__, "organization_id": new_id(), "name": "Zuhura K."})
    deliver(other)
    at = datetime.now(UTC)
    for _ in range(2):
        deliver(RetentionEnded(student_id=known.student_id, organization_id=known.organization_id, ended_at=at))
    assert names(session) == ["Zuhura K."], "another organization knows her still"
