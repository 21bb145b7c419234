"""The verb: decide, write, say so."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from programs.errors import RecordsChanging
from programs.queries.bulk import among, insert_many
from programs.queries.organizations import organization_of
from programs.rules.batches import INVALID, RECORDED, UNCHANGED, UPDATED, Outcome, Row
from programs.usecases.record_activity.decide import decide
from programs.usecases.record_activity.kinds import Kind

_ACTIVE = text("""
update enrollments e set last_activity_at = greatest(e.last_activity_at, given.at)
from (
    select student_id, cohort_id, max(at) as at
    from unnest(cast(:students as uuid[]), cast(:cohorts as uuid[]), cast(:moments as timestamptz[]))
        as told (student_id, cohort_id, at)
    group by student_id, cohort_id
) as given
where e.organization_id = :organization_id and e.student_id = given.student_id
and e.cohort_id = coalesce(given.cohort_id, e.cohort_id) and e.state <> 'withdrawn'
""")


def record_activity(session: Session, caller: Caller, kind: Kind, rows: Sequence[Row]) -> dict[str, Any]:
    """Record what students of the caller's organization did; the same again changes nothing.

    Raises Forbidden, RecordsChanging.
    """
    outcomes = record_rows(
        session, organization_of(caller), kind, rows, by=caller.user_id, cohorts=caller.reach(kind.permission)
    )
    counts = Counter(one.status for one in outcomes)
    return {
        "counts": {status: counts[status] for status in (RECORDED, UPDATED, UNCHANGED, INVALID)},
        "results": [one.shown() for one in outcomes],
    }


def record_rows(
    session: Session, organization_id: UUID, kind: Kind, rows: Sequence[Row], *, by: UUID | None,
    cohorts: Collection[UUID] | None = None,
) -> list[Outcome]:  # fmt: skip
    """Decide for every row and write down what is news; of students of ``cohorts`` only, when they are given.

    Raises RecordsChanging.
    """
    outcomes = decide(session, organization_id, kind, rows, cohorts)
    news = [one for one in outcomes if one.version]
    if news:
        write(session, organization_id, kind, news, by=by, at=now())
    return outcomes


def write(
    session: Session, organization_id: UUID, kind: Kind, news: Sequence[Outcome], *, by: UUID | None, at: datetime
) -> None:
    """Supersede what these correct, add them, and say so. Raises RecordsChanging."""
    corrected = [one.id for one in news if one.status == UPDATED]
    if corrected:
        before = (kind.model.organization_id == organization_id, kind.model.superseded_at.is_(None))
        superseded = update(kind.model).where(*before, among(kind.model.id, corrected)).values(superseded_at=at)
        session.execute(superseded, execution_options={"synchronize_session": False})
    own = {"organization_id": organization_id, "recorded_by": by, "recorded_at": at}
    try:
        with session.begin_nested():
            rows = [{**own, "id": one.id, "version": one.version, "key": one.key, **one.facts} for one in news]
            insert_many(session, kind.model, rows)
    except IntegrityError:
        # The same key came for another student in the same moment; the locks are the students'.
        raise RecordsChanging() from None
    publish(session, *(kind.event(organization_id, one.id, one.facts, at) for one in news if one.id))
    if kind.learning:
        _note_activity(session, organization_id, [one.facts for one in news if one.facts["minutes"]], kind.day)


def _note_activity(session: Session, organization_id: UUID, told: Sequence[dict[str, Any]], day: str) -> None:
    values = {
        "organization_id": organization_id,
        "students": [facts["student_id"] for facts in told],
        "cohorts": [facts["cohort_id"] for facts in told],
        "moments": [facts[day] for facts in told],
    }
    session.execute(_ACTIVE, values)
