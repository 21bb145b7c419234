"""Grants end by their date, at majority, or when a birth date is corrected, and everybody hears of it once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import time_machine
from sqlalchemy import text

from contracts.events.privacy import ConsentExpired
from contracts.events.programs import StudentUpdated
from privacy.rules.majority import adult_on


def test_the_job_ends_what_is_over_and_says_so_once(
    adult: Any, child: Any, consent: Any, run_job: Any, published: Any
) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    ended = consent(adult.student_user, adult.organization, expires_at=soon.isoformat()).json
    consent(child.guardian_user, child.organization)
    run_job("expire_grants")
    assert published(ConsentExpired) == []
    with time_machine.travel(soon + timedelta(seconds=1)):
        run_job("expire_grants")
        run_job("expire_grants")
    assert [str(event.grant_id) for event in published(ConsentExpired)] == [ended["id"]]


def test_a_birth_date_that_becomes_known_ends_a_guardians_grant_at_majority(
    world: Any, consent: Any, decision: Any, published: Any, run_job: Any
) -> None:
    organization = world.organization()
    facts = {"birth_date": None, "guardian_email": "mother@example.org"}
    student = world.student(organization, **facts)
    consent(world.account("mother@example.org"), organization)
    world.deliver(_told(student, organization, datetime.now(UTC).date() - timedelta(days=17 * 365)))
    assert decision(student, organization_id=organization)["allowed"]
    with time_machine.travel(datetime.now(UTC) + timedelta(days=400)):
        assert not decision(student, organization_id=organization)["allowed"]
        run_job("expire_grants")
    assert len(published(ConsentExpired)) == 1


def test_a_correction_ends_what_the_student_could_not_give(
    adult: Any, consent: Any, deliver: Any, decision: Any, published: Any
) -> None:
    consent(adult.student_user, adult.organization)
    deliver(_told(adult.student, adult.organization, date(2014, 1, 1)))
    assert [event.student_id for event in published(ConsentExpired)] == [adult.student]
    with time_machine.travel(datetime(2033, 1, 1, tzinfo=UTC)):
        assert not decision(adult.student, organization_id=adult.organization)["allowed"], "it does not come back"


def test_an_expired_grant_can_be_given_anew(adult: Any, consent: Any, run_job: Any, session: Any) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    consent(adult.student_user, adult.organization, expires_at=soon.isoformat())
    with time_machine.travel(soon):
        run_job("expire_grants")
        assert consent(adult.student_user, adult.organization).json["state"] == "granted"
    actions = session.scalars(text("select action from grant_history order by at, id")).all()
    assert actions == ["granted", "expired", "granted"]


def test_of_age_is_what_the_law_of_the_country_says() -> None:
    born = date(2008, 2, 29)
    assert adult_on(born, "KE") == date(2026, 3, 1)
    assert adult_on(born, None) == date(2026, 3, 1)
    assert adult_on(born, "th") == date(2028, 2, 29)
    assert adult_on(None, "KE") is None


def _told(student: Any, organization: Any, birth_date: date) -> StudentUpdated:
    return StudentUpdated(
        student_id=student,
        organization_id=organization,
        organization_name="Tumaini Trust",
        taught=False,
        name="Amina Otieno",
        birth_date=birth_date,
        guardian_email="mother@example.org",
    )
