"""The verb: read, recognize, decide, write, answer."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.programs import ResultRecorded
from programs.errors import ResultsChanging
from programs.models import Result
from programs.queries.bulk import insert_many
from programs.queries.organizations import organization_of
from programs.rules.batches import INVALID, RECORDED, UNCHANGED, UPDATED, Outcome, Row
from programs.usecases.record_results.decide import decide
from programs.usecases.update_progress import update_progress

_REPLACE = (
    "on conflict (organization_id, key) do update set score = excluded.score, max_score = excluded.max_score, "
    "completed = excluded.completed, result_date = excluded.result_date, recorded_at = excluded.recorded_at "
    "where results.student_id = excluded.student_id and results.course_id = excluded.course_id "
    "returning key, id"
)


def record_results(session: Session, caller: Caller, rows: Sequence[Row]) -> dict[str, Any]:
    """Record results of students whom the caller's organization knows; the same again changes nothing.

    They count in the cohorts of every organization, and complete what they complete. Raises Forbidden, ResultsChanging.
    """
    decisions, completed = record_rows(session, organization_of(caller), rows, cohorts=caller.reach("records.write"))
    counts = Counter(one.status for one in decisions)
    return {
        "counts": {status: counts[status] for status in (RECORDED, UPDATED, UNCHANGED, INVALID)},
        "enrollments_completed": len(completed),
        "results": [one.shown() for one in decisions],
    }


def record_rows(
    session: Session, organization_id: UUID, rows: Sequence[Row], *, cohorts: Collection[UUID] | None = None
) -> tuple[list[Outcome], set[UUID]]:
    """Decide for every row and write down what is news; of students of ``cohorts`` only, when they are given.

    Returns the decisions and the enrolments that were completed. Raises ResultsChanging.
    """
    decisions = decide(session, organization_id, rows, cohorts)
    news = [one for one in decisions if one.status in (RECORDED, UPDATED)]
    return decisions, _write(session, organization_id, news, now()) if news else set()


def _write(session: Session, organization_id: UUID, news: Sequence[Outcome], at: datetime) -> set[UUID]:
    rows = [
        {"organization_id": organization_id, "id": one.id, "key": one.key, **one.facts, "recorded_at": at}
        for one in news
    ]
    ids = {row.key: row.id for row in insert_many(session, Result, rows, _REPLACE)}
    if len(ids) < len(rows):
        raise ResultsChanging()
    for one in news:
        one.id = ids[one.key]
    publish(
        session,
        *(
            ResultRecorded(result_id=ids[one.key], organization_id=organization_id, **one.facts, recorded_at=at)
            for one in news
        ),
    )
    return update_progress(session, {(one.facts["student_id"], one.facts["course_id"]) for one in news})
