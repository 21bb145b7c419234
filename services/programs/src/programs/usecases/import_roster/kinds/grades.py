"""Line items and results: what students have achieved, by the same rules as any other result."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from programs.models import Result
from programs.queries.bulk import among
from programs.queries.roster_items import Refs
from programs.rules.batches import Row, RowRefused
from programs.rules.oneroster.values import Cells, choice, day, identifier, needed, needed_day, number, past_day
from programs.rules.oneroster.values import text as cell_text
from programs.usecases.import_roster.kind import Kind, Reference
from programs.usecases.import_roster.run import CREATED, UNCHANGED, UPDATED, Run
from programs.usecases.import_roster.told import Told
from programs.usecases.record_results.record import record_rows

_GRADED = "fully graded"
_UNTAKEN = ("exempt", "not submitted")
_STATUSES = (*_UNTAKEN[:1], _GRADED, *_UNTAKEN[1:], "partially graded", "submitted")
_OUTCOMES = {"recorded": CREATED, "updated": UPDATED, "unchanged": UNCHANGED}
_COLUMNS = {"student_id": "studentSourcedId", "course_id": "lineItemSourcedId", "result_id": "sourcedId"}


class LineItems(Kind):
    """What can be scored in a class; the course is the class's."""

    name, file = "lineItem", "lineItems.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any]:  # noqa: ARG002
        """Class, category, grading period, and the highest score."""
        needed(cells, "title")
        day(cells, "assignDate")
        day(cells, "dueDate")
        least, most = number(cells, "resultValueMin"), number(cells, "resultValueMax")
        if most is None or most <= max(least or Decimal(0), Decimal(0)):
            raise RowRefused("resultValueMax", "Give a number above 0 and above resultValueMin.")
        return {
            "class": identifier(cells, "classSourcedId"),
            "category": cell_text(cells, "categorySourcedId", 255),
            "period": cell_text(cells, "gradingPeriodSourcedId", 255),
            "max": most,
        }

    def references(self, told: Told) -> Iterable[Reference]:
        """Class, category and grading period."""
        yield "classSourcedId", "class", told.facts["class"]
        if told.facts["category"]:
            yield "categorySourcedId", "category", told.facts["category"]
        if told.facts["period"]:
            yield "gradingPeriodSourcedId", "session", told.facts["period"]

    def resolve(self, session: Session, run: Run, rows: Sequence[Told], refs: Refs) -> None:  # noqa: ARG002
        """Our course."""
        for one in rows:
            course = refs["class", one.facts["class"]].facts["course"]
            one.resolved = {"course": course}
            one.kept = {"course": course, "max": str(one.facts["max"])}


class Results(Kind):
    """A score of a student. One that is missing stays missing: it is never taken for 0."""

    name, file = "result", "results.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any]:
        """Line item, student, status, score and day."""
        status = choice(cells, "scoreStatus", _STATUSES)
        score = number(cells, "score")
        past_day(cells, "scoreDate", run.today)
        return {
            "line_item": identifier(cells, "lineItemSourcedId"),
            "student": identifier(cells, "studentSourcedId"),
            "score": None if status in _UNTAKEN else score,
            "completed": status == _GRADED and score is not None,
            "date": needed_day(cells, "scoreDate"),
        }

    def references(self, told: Told) -> Iterable[Reference]:
        """Line item and student."""
        yield "lineItemSourcedId", "lineItem", told.facts["line_item"]
        yield "studentSourcedId", "user", told.facts["student"]

    def resolve(self, session: Session, run: Run, rows: Sequence[Told], refs: Refs) -> None:  # noqa: ARG002
        """Our course and student, and the highest score."""
        for one in rows:
            line_item = refs["lineItem", one.facts["line_item"]].facts
            student_id = refs["user", one.facts["student"]].our_id
            if student_id is None:
                one.refuse("studentSourcedId", "This user is no student.")
            one.resolved = {"course": line_item["course"], "max": line_item["max"], "student": student_id}

    def apply(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Record them."""
        _record(session, run, {one: _values(one) for one in rows})

    def remove(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """The score is taken back: the result stays as one without a score, which completes nothing."""
        own = (Result.organization_id == run.organization_id, among(Result.id, [one.our_id for one in rows]))
        recorded = {result.id: result for result in session.scalars(select(Result).where(*own))}
        known = {one: recorded[one.our_id] for one in rows if one.our_id in recorded}
        _record(session, run, {one: _emptied(one, result) for one, result in known.items()})


def _record(session: Session, run: Run, values: dict[Told, dict[str, Any]]) -> None:
    if not values:
        return
    rows = [Row(place, told) for place, told in enumerate(values.values(), start=1)]
    decisions, _ = record_rows(session, run.organization_id, rows)
    for one, decision in zip(values, decisions, strict=True):
        if decision.reasons:
            reason = decision.reasons[0]
            one.refuse(_COLUMNS.get(reason["field"], "sourcedId"), reason["message"])
        else:
            one.our_id = decision.id
            one.outcome = _OUTCOMES[decision.status]


def _values(one: Told) -> dict[str, Any]:
    return {
        "student_id": one.resolved["student"],
        "course_id": UUID(one.resolved["course"]),
        "score": one.facts["score"],
        "max_score": Decimal(one.resolved["max"]),
        "completed": one.facts["completed"],
        "result_date": one.facts["date"],
        "result_id": one.sourced_id,
    }


def _emptied(one: Told, result: Result) -> dict[str, Any]:
    return {
        "student_id": result.student_id,
        "course_id": result.course_id,
        "score": None,
        "max_score": result.max_score,
        "completed": False,
        "result_date": result.result_date,
        "result_id": one.sourced_id,
    }
