"""The mean of the latest scores in each course of a cohort."""

from typing import Any, cast

from sqlalchemy.orm import Session

from analytics.queries import courses, learning
from analytics.rules.definitions import SMALL_GROUP
from analytics.rules.periods import Period
from analytics.rules.rates import mean
from analytics.rules.scope import Scope
from analytics.rules.small_groups import Group, is_too_small
from analytics.usecases.metrics.consents import Consents
from analytics.usecases.metrics.figures import NOT_KNOWN


def course_results(session: Session, scope: Scope, period: Period, consents: Consents) -> list[dict[str, Any]]:
    """One entry for each course of the cohort, in the cohort's order.

    A mean of fewer than five scores, one of them of somebody who did not consent, is withheld. No total is told of
    which it could be the rest, so nothing else needs to be.
    """
    (cohort_id,) = cast(frozenset[Any], scope.cohorts)
    listed = courses.of_cohort(session, scope.organization_id, cohort_id)
    titles = courses.titles(session, listed)
    found = {row.course_id: row for row in learning.means(session, scope, period, SMALL_GROUP)}
    agreed = consents({student for row in found.values() for student in row.students or ()})
    told = []
    for course_id in listed:
        entry = {"course_id": course_id, "title": titles.get(course_id, NOT_KNOWN), "max_score": None}
        row = found.get(course_id)
        if row is None:
            told.append({**entry, "mean_score": None, "students": 0, "withheld": False})
            continue
        group = Group(str(course_id), row.people, row.students is not None and agreed.issuperset(row.students))
        hidden = is_too_small(group)
        entry["max_score"] = None if row.max_score is None else float(row.max_score)
        score = None if hidden else mean(row.total, row.people)
        told.append({**entry, "mean_score": score, "students": None if hidden else row.people, "withheld": hidden})
    return told
