"""How the sponsored students do: by band, by subject, month by month."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from analytics.queries.partner import learning, students
from analytics.rules.partner import definitions
from analytics.rules.partner.bands import by_band
from analytics.rules.partner.learning import Standing, average, per_cent
from analytics.rules.periods import Period
from analytics.rules.rates import rate
from analytics.rules.scope import Scope
from analytics.usecases.metrics.figures import NOT_KNOWN
from analytics.usecases.partner.asked import as_of, calendar_period, partner_scope
from analytics.usecases.partner.people import agreeing
from chassis.auth import Caller
from contracts.small_groups import SMALL_GROUP, Group, withheld


def read_outcomes(
    session: Session, caller: Caller, *, period: str, grade_level: int | None = None, subject: str | None = None
) -> dict[str, Any]:
    """The outcomes of a calendar period. Raises Forbidden."""
    scope = partner_scope(session, caller)
    asked = calendar_period(scope, period)
    return {
        "period": period,
        **outcome_figures(session, caller, scope, asked, grade=grade_level, subject=subject),
        "definitions": definitions.OUTCOMES,
        "as_of": as_of(session, scope),
    }


def outcome_figures(
    session: Session,
    caller: Caller,
    scope: Scope,
    period: Period,
    *,
    grade: int | None = None,
    subject: str | None = None,
) -> dict[str, Any]:
    """Of a grade that is withheld, only those who agree are counted."""
    among = None if grade is None else _of_grade(session, caller, scope, period, grade)
    standings = learning.standings(session, scope, period, students=among, subject=subject)
    asked = {"students": None if among is None else list(among), "subject": subject, "small": SMALL_GROUP}
    subjects = learning.subjects(session, scope, period, **asked)
    months = learning.months(session, scope, period, **asked)
    bands = by_band(standings)
    few = {student for row in (*subjects, *months) for student in row.students or ()}
    few |= {each.student_id for band in bands.values() if len(band) < SMALL_GROUP for each in band}
    agreed = agreeing(session, caller, scope, few)
    scored = sum(len(band) for band in bands.values())
    return {
        "total_students": len(standings),
        "by_performance": {name: _band(band, scored, agreed) for name, band in bands.items()},
        "by_subject": [_subject(row, agreed) for row in subjects],
        "score_trend": [{"month": row.month, "avg_score": _mean(row, agreed)} for row in months],
    }


def _of_grade(session: Session, caller: Caller, scope: Scope, period: Period, grade: int) -> frozenset[UUID]:
    grades = students.by_grade(session, scope, period)
    small = {student for members in grades.values() if len(members) < SMALL_GROUP for student in members}
    agreed = agreeing(session, caller, scope, small)
    groups = {name: Group(len(members), agreed.issuperset(members)) for name, members in grades.items()}
    members = frozenset(grades.get(str(grade), ()))
    if str(grade) not in withheld(groups):
        return members
    return agreeing(session, caller, scope, members)


def _band(band: list[Standing], scored: int, agreed: frozenset[UUID]) -> dict[str, Any]:
    group = Group(len(band), agreed.issuperset(each.student_id for each in band))
    return {
        "count": len(band),
        "avg_score": None if group.is_too_small else average(band),
        "percent": rate(len(band), scored),
    }


def _subject(row: Row[Any], agreed: frozenset[UUID]) -> dict[str, Any]:
    return {
        "subject": row.subject or NOT_KNOWN,
        "avg_score": _mean(row, agreed),
        "completion_rate": rate(row.completed, row.begun),
    }


def _mean(row: Row[Any], agreed: frozenset[UUID]) -> float | None:
    """Withheld over fewer students than a small group has, one of whom did not agree."""
    if row.students is not None and not agreed.issuperset(row.students):
        return None
    return per_cent(int(row.latest), row.scored)
