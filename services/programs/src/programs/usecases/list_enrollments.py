"""List a cohort's enrolments, by name only where the student consented."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.paging import Page
from chassis.wiring import use
from contracts.consent import SPONSOR_VIEW
from contracts.pseudonym import pseudonym
from programs.clients.privacy import Privacy
from programs.models import ACTIVE, Cohort
from programs.queries import enrollments
from programs.queries.cohorts import cohort_for, course_ids
from programs.rules.people_shown import listed_student

PURPOSE = "cohort enrolment list"


def list_enrollments(
    session: Session, caller: Caller, cohort_id: UUID, *, page: int, limit: int, sort: str, status: str | None,
    search: str | None,
) -> Page:  # fmt: skip
    """A page of the cohort's enrolments; privacy is asked for all of the page's students at once.

    When it cannot be asked, everybody is shown by pseudonym. Raises NoSuchCohort, Forbidden.
    """
    cohort = cohort_for(session, caller, cohort_id, "cohorts.read")
    students = None if search is None else _matching(session, caller, cohort, status, search)
    found = enrollments.list_enrollments(
        session, cohort, page=page, limit=limit, sort=sort, status=status, students=students
    )
    courses = len(course_ids(session, cohort))
    named = _visible(session, caller, cohort, [row["student_id"] for row in found.items], log_reads=True)
    items = [_line(cohort, row, courses, by_name=row["student_id"] in named) for row in found.items]
    return Page(items, found.total, found.page, found.limit)


def _matching(session: Session, caller: Caller, cohort: Cohort, status: str | None, search: str) -> list[UUID]:
    """Whose shown name holds the text. Nobody's hidden name is looked at, or it could be guessed by searching."""
    wanted = search.casefold()
    students = enrollments.students_of(session, cohort, status)
    named = _visible(session, caller, cohort, students, log_reads=False)
    names = enrollments.names_of(session, cohort.organization_id, named)
    return [
        student_id
        for student_id in students
        if wanted in (names.get(student_id) or pseudonym(cohort.organization_id, student_id)).casefold()
    ]


def _visible(session: Session, caller: Caller, cohort: Cohort, students: list[UUID], *, log_reads: bool) -> set[UUID]:
    return use(session, Privacy).visible(
        caller, cohort.organization_id, students, scope=SPONSOR_VIEW, purpose=PURPOSE, log_reads=log_reads
    )


def _line(cohort: Cohort, row: Any, courses: int, *, by_name: bool) -> dict[str, Any]:
    completed = row["courses_completed"]
    return {
        "id": row["id"],
        "status": row["state"],
        "student": listed_student(cohort.organization_id, row, by_name=by_name),
        "progress": {
            "completed": completed,
            "courses": courses,
            "percent": round(100 * completed / courses, 1) if courses else 0,
        },
        "score": row["score"],
        "seat": {"status": _seat(cohort, row), "id": row["seat_id"], "assigned_at": row["assigned_at"]},
        "enrolled_at": row["enrolled_at"],
        "completed_at": row["completed_at"],
        "last_activity": row["last_activity"],
    }


def _seat(cohort: Cohort, row: Any) -> str:
    if cohort.taught:
        return "not_needed"
    if row["seat_id"]:
        return "held"
    return "lapsed" if row["state"] == ACTIVE else "released"
