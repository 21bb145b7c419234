"""Looks, consents that ended and answered requests are proof for three years, or as the operator sets, and then go."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from chassis.ids import first_id
from privacy.usecases import forget_proofs

LOG = "/api/v1/privacy/access-log/my/"
# As if the look had been had then: rows of long ago cannot be made by waiting.
LOOK = text("""
insert into access_log (id, student_id, scope, basis, at) values (:id, :student, 'sponsor_view', 'consent', :at)
""")
ENDED = text("""
with was as (
    insert into grants (id, student_id, organization_id, scope, state, granted_by, granted_by_user_id, policy_version,
        granted_at, ended_at)
    values (:id, :student, gen_random_uuid(), 'sponsor_view', 'withdrawn', 'self', gen_random_uuid(), '1',
        cast(:at as timestamptz) - interval '1 year', :at)
    returning *
)
insert into grant_history (id, grant_id, student_id, organization_id, scope, action, acted_by, policy_version, at)
select gen_random_uuid(), id, student_id, organization_id, scope, told.action, 'self', '1', told.at
from was, (values ('granted', cast(:at as timestamptz) - interval '1 year'), ('withdrawn', cast(:at as timestamptz)))
    as told (action, at)
""")


def months_ago(months: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=30.6 * months)


@pytest.fixture
def looked(session: Any, adult: Any) -> Any:
    """``looked(37, 35)``: somebody looked so many months ago."""

    def write(*ago: float) -> None:
        for months in ago:
            at = months_ago(months)
            session.execute(LOOK, {"id": UUID(int=first_id(at).int + 1), "student": adult.student, "at": at})

    return write


@pytest.fixture
def seen(client: Any, as_: Any, adult: Any) -> Any:
    """``seen()`` → how many looks the student finds."""
    return lambda: client.get(LOG, headers=as_(user=adult.student_user)).json["total"]


def count(session: Any, table: str) -> int:
    return int(session.scalar(text(f"select count(*) from {table}")))  # noqa: S608 - our own words


def test_a_look_is_in_the_log_for_three_years(looked: Any, seen: Any, run_job: Any) -> None:
    looked(0, 35, 37, 60)
    run_job("forget_proofs")
    assert seen() == 2
    run_job("forget_proofs")
    assert seen() == 2


@pytest.mark.env(PROOF_MONTHS="24")
def test_or_as_long_as_the_operator_says(looked: Any, seen: Any, run_job: Any) -> None:
    looked(23, 25)
    run_job("forget_proofs")
    assert seen() == 1


def test_many_go_batch_by_batch_and_none_is_left(*, looked: Any, seen: Any, run_job: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(forget_proofs, "BATCH", 3)
    looked(*range(37, 45))
    with structlog.testing.capture_logs() as logs:
        run_job("forget_proofs")
    assert seen() == 0
    assert [(one["event"], one["table"], one["rows"]) for one in logs] == [("proofs_forgotten", "access_log", 8)]


def test_a_consent_is_provable_for_three_years_after_its_end_and_while_it_holds_for_ever(
    adult: Any, consent: Any, session: Any, run_job: Any
) -> None:
    assert consent(adult.student_user, adult.organization).status_code == 200
    session.execute(text("update grants set granted_at = :at"), {"at": months_ago(100)})
    for months in (35, 37):
        student = {"student": adult.student, "id": first_id(months_ago(months)), "at": months_ago(months)}
        session.execute(ENDED, student)
    run_job("forget_proofs")
    states = session.execute(text("select state from grants order by state")).scalars().all()
    assert (states, count(session, "grant_history")) == (["granted", "withdrawn"], 3)


def test_the_database_lets_nothing_go_that_is_younger_than_a_year(looked: Any, session: Any) -> None:
    looked(11)
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text("delete from access_log"))
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text("update access_log set at = at - interval '9 years'"))
