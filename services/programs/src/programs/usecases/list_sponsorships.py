"""List a partner's sponsorships, students by name only where they consented."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.paging import Page
from contracts.pseudonym import pseudonym
from programs.queries import sponsorships
from programs.queries.enrollments import names_of
from programs.queries.organizations import organization_of
from programs.queries.sponsored_learning import covered_courses
from programs.rules.course_standing import course_standing, performance
from programs.rules.people_shown import sponsored_student, tells_courses
from programs.usecases.see_students import visible_students

PURPOSE = "list of sponsorships"


def list_sponsorships(
    session: Session, caller: Caller, *, page: int, limit: int, sort_by: str, sort_order: str, status: str | None = None
) -> Page:
    """A page of them; privacy is asked for all of the page's students at once. No answer is a no."""
    organization_id, descending = organization_of(caller), sort_order == "desc"
    if sort_by == sponsorships.STUDENT_NAME:
        ids = _by_name(session, caller, organization_id, status, descending=descending)
        total, shown = len(ids), ids[(page - 1) * limit : page * limit]
        lines = sponsorships.these_sponsorships(session, organization_id, shown) if shown else []
    else:
        total = sponsorships.count_sponsorships(session, organization_id, status)
        lines = sponsorships.page_of_sponsorships(
            session, organization_id, page=page, limit=limit, status=status, sort_by=sort_by, descending=descending
        )
    students = [line["student_id"] for line in lines]
    named = visible_students(session, caller, organization_id, students, purpose=PURPOSE, log_reads=True)
    covered = covered_courses(session, organization_id, lines)
    return Page([_line(organization_id, line, covered[line["id"]], named) for line in lines], total, page, limit)


def _by_name(
    session: Session, caller: Caller, organization_id: UUID, status: str | None, *, descending: bool
) -> list[UUID]:
    """Sorted by what is shown: by a pseudonym where there is no consent, or the order would tell a hidden name."""
    rows = sponsorships.sponsored(session, organization_id, status)
    students = list(dict.fromkeys(row.student_id for row in rows))
    named = visible_students(session, caller, organization_id, students, purpose=PURPOSE, log_reads=False)
    names = names_of(session, organization_id, named) if named else {}
    shown = {id: names.get(id) or pseudonym(organization_id, id) for id in students}
    order = sorted(rows, key=lambda row: (shown[row.student_id].casefold(), row.id), reverse=descending)
    return [row.id for row in order]


def _line(organization_id: UUID, line: Any, courses: Sequence[Any], named: set[UUID]) -> dict[str, Any]:
    standings, by_name = [course_standing(course) for course in courses], line["student_id"] in named
    told = standings if tells_courses(line, by_name=by_name) else []
    return {
        **line,
        "student": sponsored_student(organization_id, line, by_name=by_name),
        "courses_covered": [course["title"] for course in told],
        "student_performance": performance(standings),
    }
