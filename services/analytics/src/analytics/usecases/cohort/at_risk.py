"""Who of a cohort is at risk, by name where the student agreed."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from analytics.clients.privacy import Privacy
from analytics.queries import learning
from analytics.rules.at_risk import reasons
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from chassis.auth import Caller
from chassis.wiring import use
from contracts.pseudonym import pseudonym

MOST = 100
"""How many are listed; ``at_risk_total`` tells how many there are."""


def at_risk(session: Session, caller: Caller, scope: Scope, period: Period, cohort: Row[Any]) -> dict[str, Any]:
    """``at_risk`` and ``at_risk_total``: those with most reasons first, then those quiet longest.

    Who did not consent, or everybody while privacy cannot be asked, is listed under a pseudonym and without an id:
    an id would name the student to whoever enrolled them.
    """
    learners = learning.learners(session, scope, period)
    running = cohort.start_date <= period.last_day <= cohort.end_date
    found = reasons(learners, learning.scores(session, scope, period), running=running, today=period.last_day)
    risky = sorted(
        (learner for learner in learners if learner.student_id in found),
        key=lambda learner: (-len(found[learner.student_id]), learner.quiet_since, learner.student_id),
    )[:MOST]
    listed = [learner.student_id for learner in risky]
    named = _named(session, caller, scope, listed)
    return {
        "at_risk_total": len(found),
        "at_risk": [
            {
                **_identity(learner.student_id, named, scope),
                "reasons": found[learner.student_id],
                "last_result_on": learner.last_result_on,
            }
            for learner in risky
        ],
    }


def _named(session: Session, caller: Caller, scope: Scope, students: list[UUID]) -> dict[UUID, str]:
    if not students:
        return {}
    privacy = use(session, Privacy)
    agreed = privacy.visible(caller, scope.organization_id, students, purpose="cohort_report", named=True)
    return learning.names(session, scope.organization_id, agreed)


def _identity(student_id: UUID, named: dict[UUID, str], scope: Scope) -> dict[str, Any]:
    if student_id in named:
        return {"student_id": student_id, "name": named[student_id], "consented": True}
    return {"student_id": None, "name": pseudonym(scope.organization_id, student_id), "consented": False}
