"""How many people there are, each counted once however many enrolments they have."""

from sqlalchemy.orm import Session

from analytics.queries import cells, several
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.rules.steps import Step


def active(session: Session, scope: Scope, period: Period) -> list[Step]:
    """People with an enrolment that stands, month by month, whenever it began."""
    if several.are_several(scope):
        return several.people(session, scope, period, ever=True)
    return cells.steps(session, scope, period, "people", ever=True)


def active_by_cohort(session: Session, scope: Scope, period: Period) -> list[Step]:
    """The same for each cohort, in the end."""
    return list(cells.sums(session, scope, period, "people", by="cohort", ever=True))


def by_attribute(session: Session, scope: Scope, period: Period, attribute: str) -> list[Step]:
    """People with an enrolment that began in the period and stands, by school or grade_level."""
    if several.are_several(scope):
        return several.people(session, scope, period, attribute)
    return list(cells.sums(session, scope, period, "people", by="key", dimension=attribute))
