"""Record how far students are in courses, as sources tell it; a source's percentage only grows, but for corrections."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.programs import ProgressRecorded
from programs.models import ProgressRecord
from programs.queries.bulk import among, insert_many
from programs.queries.courses import rules_of
from programs.queries.organizations import organization_of
from programs.queries.people import known_students
from programs.rules.batches import INVALID, RECORDED, UNCHANGED, UPDATED, Outcome, Row, RowRefused
from programs.rules.recognition import KnownStudents, named
from programs.rules.results import Rule, further
from programs.usecases.update_progress import update_progress

_REPLACE = (
    "on conflict (organization_id, student_id, course_id, source) do update set percent = excluded.percent, "
    "happened_at = excluded.happened_at, recorded_at = excluded.recorded_at, completed_on = excluded.completed_on"
)
NO_COURSE = RowRefused("course_id", "The catalogue has no such course.")
_KEY = ("student_id", "course_id", "source")


def record_progress(session: Session, caller: Caller, rows: Sequence[Row]) -> dict[str, Any]:
    """Record progress of students whom the caller's organization knows; the same again changes nothing.

    It counts in the cohorts of every organization, and completes what it completes. Raises Forbidden.
    """
    outcomes, completed = record_rows(session, organization_of(caller), rows, cohorts=caller.reach("records.write"))
    counts = Counter(one.status for one in outcomes)
    return {
        "counts": {status: counts[status] for status in (RECORDED, UPDATED, UNCHANGED, INVALID)},
        "enrollments_completed": len(completed),
        "results": [one.shown() for one in outcomes],
    }


def record_rows(
    session: Session, organization_id: UUID, rows: Sequence[Row], *, cohorts: Collection[UUID] | None = None
) -> tuple[list[Outcome], set[UUID]]:
    """Decide for every row and write down what is news; of students of ``cohorts`` only, when they are given.

    Returns the outcomes and the enrolments that were completed. The students are locked.
    """
    known = known_students(
        session,
        organization_id,
        student_ids=named(rows, "student_id"),
        external_ids=named(rows, "external_id"),
        cohorts=cohorts,
    )
    students, rules = KnownStudents(known), rules_of(session, named(rows, "course_id"))
    outcomes = [_read(students, rules, row) for row in rows]
    told = [one for one in outcomes if one.facts]
    standing = _standing(session, organization_id, {one.facts["student_id"] for one in told})
    moved = {one.key for one in told if _judge(one, standing, rules)}
    if not moved:
        return outcomes, set()
    return outcomes, _write(session, organization_id, [standing[key] for key in sorted(moved)], told, now())


def _read(students: KnownStudents, rules: dict[UUID, Rule], row: Row) -> Outcome:
    if row.reasons:
        return Outcome(row.number, reasons=row.reasons)
    try:
        student_id = students.named_by(row.values)
    except RowRefused as why:
        return Outcome(row.number, reasons=why.reasons)
    if row.values["course_id"] not in rules:
        return Outcome(row.number, reasons=NO_COURSE.reasons)
    facts = {**row.values, "student_id": student_id}
    return Outcome(row.number, key="/".join(str(facts[name]) for name in _KEY), facts=facts)


def _standing(session: Session, organization_id: UUID, students: Collection[UUID]) -> dict[str, dict[str, Any]]:
    """What the organization's sources have told so far of these students."""
    names = (*_KEY, "percent", "happened_at", "completed_on")
    own = (ProgressRecord.organization_id == organization_id, among(ProgressRecord.student_id, students))
    rows = session.execute(select(*(getattr(ProgressRecord, name) for name in names)).where(*own)).mappings()
    return {"/".join(str(row[name]) for name in _KEY): dict(row) for row in rows}


def _judge(one: Outcome, standing: dict[str, dict[str, Any]], rules: dict[UUID, Rule]) -> bool:
    """Take the row over into what stands; whether anything has moved."""
    before = standing.get(one.key)
    after = further(before, one.facts, rules[one.facts["course_id"]])
    percent = before["percent"] if before else None
    one.status = RECORDED if before is None else UNCHANGED if after["percent"] == percent else UPDATED
    standing[one.key] = after
    return after != before


def _write(
    session: Session, organization_id: UUID, moved: Sequence[dict[str, Any]], told: Sequence[Outcome], at: datetime
) -> set[UUID]:
    rows = [{**one, "organization_id": organization_id, "recorded_at": at} for one in moved]
    insert_many(session, ProgressRecord, rows, _REPLACE)
    news = {one.key for one in told if one.status in (RECORDED, UPDATED)}
    publish(session, *(_event(row) for row in rows if "/".join(str(row[name]) for name in _KEY) in news))
    return update_progress(session, {(row["student_id"], row["course_id"]) for row in rows})


def _event(row: dict[str, Any]) -> ProgressRecorded:
    facts = {name: value for name, value in row.items() if name != "completed_on"}
    return ProgressRecorded(**facts, completed=row["completed_on"] is not None)
