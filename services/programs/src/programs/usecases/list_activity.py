"""List what was recorded of students, by name only where they consented."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.paging import Page
from chassis.wiring import use
from contracts.consent import PLACEMENT_TRACKING, SPONSOR_VIEW
from programs.clients.privacy import Privacy
from programs.queries.activities import list_recorded
from programs.rules.people_shown import listed_student
from programs.usecases.record_activity import PLACEMENT, Kind

_TELLING = ("employer_name", "title", "salary_minor", "currency", "source", "mentor", "topic", "lab")
"""What could tell who somebody is: withheld with the name."""


def list_activity(
    session: Session, caller: Caller, kind: Kind, *, page: int, limit: int, student_id: UUID | None,
    cohort_id: UUID | None,
) -> Page:  # fmt: skip
    """A page of what the caller's organization recorded; privacy is asked for all of its students at once."""
    found = list_recorded(
        session, caller, kind.model, permission=kind.permission, day=kind.day, columns=kind.facts, page=page,
        limit=limit, student_id=student_id, cohort_id=cohort_id,
    )  # fmt: skip
    named = _named(session, caller, kind, found.items)
    items = [_line(row, by_name=(row["organization_id"], row["student_id"]) in named) for row in found.items]
    return Page(items, found.total, found.page, found.limit)


def _named(session: Session, caller: Caller, kind: Kind, rows: Any) -> set[tuple[UUID, UUID]]:
    """Whom the organization that recorded it may see; the platform's list has rows of several."""
    students: dict[UUID, dict[UUID, None]] = {}
    for row in rows:
        students.setdefault(row["organization_id"], {})[row["student_id"]] = None
    scope = PLACEMENT_TRACKING if kind is PLACEMENT else SPONSOR_VIEW
    named = set()
    for organization_id, asked in students.items():
        seen = use(session, Privacy).visible(
            caller, organization_id, list(asked), scope=scope, purpose=f"list of {kind.model.__tablename__}",
            log_reads=True,
        )  # fmt: skip
        named |= {(organization_id, student_id) for student_id in seen}
    return named


def _line(row: Any, *, by_name: bool) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if by_name or name not in _TELLING}
    withheld = {} if by_name else {name: None for name in _TELLING if name in row}
    return {**shown, **withheld, "student": listed_student(row["organization_id"], row, by_name=by_name)}
