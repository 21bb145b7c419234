"""Completed of enrolled."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from analytics.queries import cells as rolled
from analytics.queries import courses, enrollments, organizations, people
from analytics.rules.completion import Completion, completion
from analytics.rules.periods import Period
from analytics.rules.rates import rate
from analytics.rules.scope import Scope
from analytics.rules.steps import final, standing
from analytics.usecases.metrics.consents import Consents
from analytics.usecases.metrics.figures import NOT_KNOWN, Cell, Figures, by_month, series
from contracts.small_groups import SMALL_GROUP, Group, withheld

_MEASURES = ("enrolled", "completed")


def completion_rates(session: Session, scope: Scope, period: Period, group: str | None, consents: Consents) -> Figures:
    """Of the enrolments that began in the period. ``group`` is None or one the definition lists."""
    steps = rolled.steps(session, scope, period, *_MEASURES)
    states = [completion(now) for now in standing(steps, len(period.months))]
    points = series(period, [(each.rate, each.completed, each.enrolled) for each in states])
    if group == "month":
        cells = by_month(points)
    elif group == "course":
        cells = by_course(session, scope, period)
    elif group == "cohort":
        cells = _by_cohort(session, scope, period)
    elif group is not None:
        cells = _protected(session, scope, period, group, consents)
    else:
        cells = []
    numbers = {"enrolled": states[-1].enrolled, "completed": states[-1].completed}
    return Figures(states[-1].rate, numbers, points, cells)


def by_course(session: Session, scope: Scope, period: Period) -> list[Cell]:
    """A cell for each course that a cohort in scope takes, by title."""
    enrolled = _final(session, scope, period, "cohort")
    completed = final(
        step for measure in ("course", "course_left") for step in rolled.sums(session, scope, period, measure, by="key")
    )
    taken = {
        course_id: sum(enrolled[cohort].enrolled for cohort in cohorts if cohort in enrolled)
        for course_id, cohorts in courses.taken(session, scope).items()
        if any(cohort in enrolled and enrolled[cohort].enrolled for cohort in cohorts)
    }
    titles = courses.titles(session, taken)
    cells = []
    for course_id, whole in taken.items():
        key = str(course_id)
        part = completed[key]["course"] - completed[key]["course_left"] if key in completed else 0
        cells.append(Cell(key, titles.get(course_id, NOT_KNOWN), rate(part, whole), part, whole))
    return sorted(cells, key=lambda cell: (cell.label, cell.group))


def _by_cohort(session: Session, scope: Scope, period: Period) -> list[Cell]:
    nobody, states = Completion(0, 0), _final(session, scope, period, "cohort")
    found = organizations.cohorts(session, scope)
    return [_cell(str(c.cohort_id), c.name, states.get(str(c.cohort_id), nobody)) for c in found]


def _final(
    session: Session, scope: Scope, period: Period, by: str, dimension: str = "all"
) -> Mapping[str, Completion]:  # fmt: skip
    steps = rolled.sums(session, scope, period, *_MEASURES, by=by, dimension=dimension)
    return {group: completion(measures) for group, measures in final(steps).items()}


def _cell(group: str, label: str, state: Completion) -> Cell:
    return Cell(group, label, state.rate, state.completed, state.enrolled)


def _protected(session: Session, scope: Scope, period: Period, attribute: str, consents: Consents) -> list[Cell]:
    states = _final(session, scope, period, "key", attribute)
    cells = [_cell(key, key or NOT_KNOWN, state) for key, state in sorted(states.items()) if state.enrolled]
    found = final(people.by_attribute(session, scope, period, attribute))
    people_of = {group: measures["people"] for group, measures in found.items()}
    few = {group for group, count in people_of.items() if 0 < count < SMALL_GROUP}
    members = enrollments.members(session, scope, period, attribute, few) if few else {}
    agreed = consents({student for students in members.values() for student in students})
    groups = {
        group: Group(count, group in members and agreed.issuperset(members[group]))
        for group, count in people_of.items()
    }
    hidden = withheld(groups)
    return [cell.hide() if cell.group in hidden else cell for cell in cells]
