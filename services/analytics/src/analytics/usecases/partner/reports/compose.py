"""What a report says, by its kind."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from analytics.rules.partner.report import Report
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.usecases.partner.reports.financial import financial
from analytics.usecases.partner.reports.impact import impact
from analytics.usecases.partner.reports.student_outcomes import student_outcomes
from chassis.auth import Caller

_COMPOSE: Mapping[str, Callable[[Session, Caller, Scope, Period], Report]] = {
    "impact": impact,
    "financial": financial,
    "student_outcomes": student_outcomes,
}


def compose(session: Session, caller: Caller, kind: str, scope: Scope, period: Period) -> Report:
    """The report of this kind, with the consents of this moment."""
    return _COMPOSE[kind](session, caller, scope, period)
