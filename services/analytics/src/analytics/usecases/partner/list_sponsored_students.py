"""List the sponsored students with their figures."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.queries.partner import learning, students
from analytics.rules.partner import definitions
from analytics.rules.partner.learning import Standing, average, told, trends
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.usecases.partner.asked import all_time, as_of, partner_scope
from analytics.usecases.partner.people import agreeing, named, shown_name
from chassis.auth import Caller
from chassis.json_provider import moment
from chassis.paging import Page

_PURPOSE = "partner_students"


def list_sponsored_students(
    session: Session, caller: Caller, *, page: int, limit: int, grade_level: int | None = None,
    county: str | None = None, performance: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A page of those whom the filters find, and what all of them come to.

    Grade and county find only who agrees to being named: of others they are not told. Raises Forbidden.
    """
    scope = partner_scope(session, caller)
    period = all_time(scope)
    among = None
    if grade_level is not None or county is not None:
        known = students.found(session, scope, period, county=county, grade=grade_level)
        among = agreeing(session, caller, scope, known)
    standings = learning.standings(session, scope, period, students=among)
    matching = [each for each in standings if performance in (None, each.trend)]
    found = Page(matching[(page - 1) * limit : page * limit], len(matching), page, limit)
    counts = trends(matching)
    return {
        "students": sponsored_lines(session, caller, scope, period, found.items),
        **{name: getattr(found, name) for name in ("total", "page", "limit", "pages")},
        "aggregate": {
            "average_score_all": average(matching),
            **{f"{trend}_count": number for trend, number in counts.items()},
        },
        "definitions": definitions.STUDENTS,
        "as_of": as_of(session, scope),
    }


def sponsored_lines(
    session: Session, caller: Caller, scope: Scope, period: Period, standings: Sequence[Standing]
) -> list[dict[str, Any]]:
    """A line for each, by name where the student agrees."""
    listed = [each.student_id for each in standings]
    names = named(session, caller, scope, listed, _PURPOSE)
    details = students.shown(session, scope, period, listed) if listed else {}
    return [_line(scope, each, details[each.student_id], names) for each in standings]


def _line(scope: Scope, standing: Standing, row: Any, names: dict[UUID, str]) -> dict[str, Any]:
    is_named = standing.student_id in names
    return {
        "id": standing.student_id if is_named else None,
        "name": shown_name(scope, names, standing.student_id),
        "grade_level": row.grade_level if is_named else None,
        "county": row.county if is_named else None,
        "sponsorship_type": row.kind,
        "courses_enrolled": row.courses,
        **told(standing),
        "ai_tutor_sessions": row.sessions,
        "last_active": None if row.last_active is None else moment(row.last_active),
    }
