"""Decide for each row: new, a correction, no news, or invalid. Nothing is written here."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.ids import new_id
from programs.models import WITHDRAWN, Enrollment
from programs.queries.bulk import among
from programs.queries.people import known_students
from programs.rules.batches import RECORDED, UNCHANGED, UPDATED, Outcome, Row, RowRefused
from programs.rules.recognition import KnownStudents, named
from programs.usecases.record_activity.kinds import Kind


class _Book:
    """Who is known, who is in which cohort, and what stands recorded."""

    def __init__(
        self, session: Session, organization_id: UUID, kind: Kind, rows: Sequence[Row], cohorts: Collection[UUID] | None
    ) -> None:
        self._kind = kind
        known = known_students(
            session,
            organization_id,
            student_ids=named(rows, "student_id"),
            external_ids=named(rows, "external_id"),
            cohorts=cohorts,
        )
        self._students = KnownStudents(known)
        self._places = _places(session, organization_id, named(rows, "cohort_id"), cohorts)
        self._recorded: dict[str, tuple[UUID, int, dict[str, Any]]] = {}
        self._seen: set[str] = set()

    def read(self, row: Row) -> Outcome:
        """The row's student, key and facts. Raises RowRefused."""
        student_id = self._students.named_by(row.values)
        cohort_id = row.values.get("cohort_id")
        if cohort_id and (cohort_id, student_id) not in self._places:
            raise RowRefused("cohort_id", "The student is in no such cohort of your organization.")
        facts = {**self._kind.read(row.values), "student_id": student_id, "cohort_id": cohort_id}
        return Outcome(row.number, key=self._kind.key(row.values, student_id), facts=facts)

    def look_up(self, session: Session, organization_id: UUID, keys: Sequence[str]) -> None:
        """Read what stands recorded under these keys."""
        model = self._kind.model
        columns = [getattr(model, name) for name in ("key", "id", "version", *self._kind.facts)]
        own = (model.organization_id == organization_id, model.superseded_at.is_(None), among(model.key, keys))
        for row in session.execute(select(*columns).where(*own)).mappings():
            facts = {name: row[name] for name in self._kind.facts}
            self._recorded[row["key"]] = (row["id"], row["version"], facts)

    def judge(self, one: Outcome) -> None:
        """Compare with what stands recorded and with earlier rows of the same call. Raises RowRefused."""
        found, version, before = self._recorded.get(one.key, (None, 0, None))
        one.id = found or new_id()
        if before == one.facts:
            one.status = UNCHANGED
        elif one.key in self._seen:
            raise RowRefused(self._kind.own_id, "An earlier row of this request tells the same one differently.")
        elif before and before["student_id"] != one.facts["student_id"]:
            raise RowRefused(self._kind.own_id, "This was recorded of another student.")
        else:
            one.status, one.version = UPDATED if before else RECORDED, version + 1
        self._seen.add(one.key)
        self._recorded[one.key] = (one.id, one.version or version, one.facts)


def decide(
    session: Session, organization_id: UUID, kind: Kind, rows: Sequence[Row], cohorts: Collection[UUID] | None
) -> list[Outcome]:
    """Decide for every row, in order. The students are locked, so that two batches follow one another."""
    book = _Book(session, organization_id, kind, rows, cohorts)
    outcomes = [_read(book, row) for row in rows]
    readable = [one for one in outcomes if one.key]
    book.look_up(session, organization_id, [one.key for one in readable])
    for one in readable:
        try:
            book.judge(one)
        except RowRefused as why:
            one.reasons = why.reasons
    return outcomes


def _read(book: _Book, row: Row) -> Outcome:
    if row.reasons:
        return Outcome(row.number, reasons=row.reasons)
    try:
        return book.read(row)
    except RowRefused as why:
        return Outcome(row.number, reasons=why.reasons)


def _places(
    session: Session, organization_id: UUID, wanted: Collection[UUID], cohorts: Collection[UUID] | None
) -> set[tuple[UUID, UUID]]:
    """Who is in which of these cohorts of the organization, as far as the caller reaches."""
    reached = wanted if cohorts is None else set(wanted) & set(cohorts)
    if not reached:
        return set()
    statement = select(Enrollment.cohort_id, Enrollment.student_id).where(
        Enrollment.organization_id == organization_id,
        among(Enrollment.cohort_id, reached),
        Enrollment.state != WITHDRAWN,
    )
    return {(row.cohort_id, row.student_id) for row in session.execute(statement)}
