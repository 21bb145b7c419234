"""The mean of the latest scores in each course of a cohort, and what was gained from a first course to a last."""

from typing import Any, cast

from sqlalchemy import Row
from sqlalchemy.orm import Session

from analytics.queries import courses, learning
from analytics.rules.periods import Period
from analytics.rules.rates import mean
from analytics.rules.scope import Scope
from analytics.usecases.metrics.consents import Consents
from analytics.usecases.metrics.figures import NOT_KNOWN
from contracts.small_groups import SMALL_GROUP, Group

_NOTHING = {"mean": None, "students": 0, "withheld": False}


def course_results(session: Session, scope: Scope, period: Period, consents: Consents) -> dict[str, Any]:
    """``results``: an entry for each course of the cohort, in its order; ``improvement``: one for each subject area.

    A mean of fewer than five scores, one of them of somebody who did not consent, is withheld. No total is told of
    which it could be the rest, so nothing else needs to be.
    """
    means = {row.course_id: row for row in learning.means(session, scope, period, SMALL_GROUP)}
    gains = learning.gains(session, scope, period, SMALL_GROUP)
    agreed = consents({student for row in (*means.values(), *gains) for student in row.students or ()})
    (cohort_id,) = cast(frozenset[Any], scope.cohorts)
    listed = courses.of_cohort(session, scope.organization_id, cohort_id)
    titles = courses.titles(session, listed)
    results = []
    for course_id in listed:
        row = means.get(course_id)
        told = _NOTHING if row is None else _told(row, agreed)
        entry = {"course_id": course_id, "title": titles.get(course_id, NOT_KNOWN), "mean_score": told["mean"]}
        best = None if row is None or row.max_score is None else float(row.max_score)
        results.append({**entry, "max_score": best, "students": told["students"], "withheld": told["withheld"]})
    return {"results": results, "improvement": [_gain(row, agreed, titles) for row in gains]}


def _gain(row: Row[Any], agreed: frozenset[Any], titles: dict[Any, str]) -> dict[str, Any]:
    told = _told(row, agreed)
    return {
        "subject_area": row.subject_area,
        "first_course": titles.get(row.first_course, NOT_KNOWN),
        "last_course": titles.get(row.last_course, NOT_KNOWN),
        "mean_gain": told["mean"],
        "students": told["students"],
        "withheld": told["withheld"],
    }


def _told(row: Row[Any], agreed: frozenset[Any]) -> dict[str, Any]:
    all_agree = row.students is not None and agreed.issuperset(row.students)
    if Group(row.people, all_agree).is_too_small:
        return {"mean": None, "students": None, "withheld": True}
    return {"mean": mean(row.total, row.people), "students": row.people, "withheld": False}
