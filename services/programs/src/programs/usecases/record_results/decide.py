"""Decide for each row: new, a correction, no news, or invalid. Nothing is written here."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.ids import new_id
from programs.models import Result
from programs.queries.bulk import among
from programs.queries.courses import rules_of
from programs.queries.people import known_students
from programs.rules.batches import INVALID, RECORDED, UNCHANGED, UPDATED, Outcome, Row, RowRefused
from programs.rules.recognition import KnownStudents, named
from programs.rules.results import FACTS, facts_of, result_key

__all__ = ["INVALID", "RECORDED", "UNCHANGED", "UPDATED", "decide"]


class _Book:
    """Who is known, what can be learned, and what stands recorded."""

    def __init__(
        self, session: Session, organization_id: UUID, rows: Sequence[Row], cohorts: Collection[UUID] | None
    ) -> None:
        known = known_students(
            session,
            organization_id,
            student_ids=named(rows, "student_id"),
            external_ids=named(rows, "external_id"),
            cohorts=cohorts,
        )
        self._students = KnownStudents(known)
        self._rules = rules_of(session, named(rows, "course_id"))
        self._recorded: dict[str, tuple[UUID, dict[str, Any]]] = {}
        self._seen: set[str] = set()

    def facts(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the row says. Raises RowRefused."""
        student_id = self._students.named_by(values)
        if values["course_id"] not in self._rules:
            raise RowRefused("course_id", "The catalogue has no such course.")
        return facts_of(values, student_id, self._rules[values["course_id"]])

    def look_up(self, session: Session, organization_id: UUID, keys: Sequence[str]) -> None:
        """Read what stands recorded under these keys."""
        columns = [getattr(Result, name) for name in ("key", "id", *FACTS)]
        statement = select(*columns).where(Result.organization_id == organization_id, among(Result.key, keys))
        for row in session.execute(statement).mappings():
            self._recorded[row["key"]] = (row["id"], {name: row[name] for name in FACTS})

    def judge(self, one: Outcome) -> None:
        """Compare with what stands recorded and with earlier rows of the same call. Raises RowRefused."""
        result_id, before = self._recorded.get(one.key, (None, None))
        one.id = result_id or new_id()
        if before == one.facts:
            one.status = UNCHANGED
        elif one.key in self._seen:
            raise RowRefused("result_id", "An earlier row of this request tells the same result differently.")
        elif before and any(before[name] != one.facts[name] for name in ("student_id", "course_id")):
            raise RowRefused("result_id", "This is a result of another student or course.")
        else:
            one.status = UPDATED if before else RECORDED
        self._seen.add(one.key)
        self._recorded[one.key] = (one.id, one.facts)


def decide(
    session: Session, organization_id: UUID, rows: Sequence[Row], cohorts: Collection[UUID] | None
) -> list[Outcome]:
    """Decide for every row, in order. The students are locked, so that two batches follow one another."""
    book = _Book(session, organization_id, [row for row in rows if not row.reasons], cohorts)
    decisions = [_read(book, row) for row in rows]
    readable = [one for one in decisions if one.key]
    book.look_up(session, organization_id, [one.key for one in readable])
    for one in readable:
        try:
            book.judge(one)
        except RowRefused as why:
            one.reasons = why.reasons
    return decisions


def _read(book: _Book, row: Row) -> Outcome:
    one = Outcome(row.number, reasons=row.reasons)
    if not row.reasons:
        try:
            facts = book.facts(row.values)
        except RowRefused as why:
            one.reasons = why.reasons
        else:
            one.key, one.facts = result_key(row.values, facts["student_id"]), facts
    return one
