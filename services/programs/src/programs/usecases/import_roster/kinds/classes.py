"""Classes: cohorts of the organization, taking place as long as their terms do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.programs import CohortCreated, CohortUpdated
from programs.models import Cohort, CohortCourse
from programs.queries.bulk import among, insert_many
from programs.queries.people import lock_members
from programs.queries.roster_items import Refs
from programs.queries.seating import lock_pool
from programs.rules.oneroster.values import Cells, identifier, many, needed
from programs.usecases.complete_cohorts import complete_cohorts
from programs.usecases.create_cohort import snapshot
from programs.usecases.import_roster.kind import Kind, Reference
from programs.usecases.import_roster.run import Run
from programs.usecases.import_roster.told import Told

CAP = 1_000_000
"""Seats of a cohort that comes from a class: the standard knows no limit."""


class Classes(Kind):
    """A class is a cohort; one that is to be deleted ends, and its enrolments stay."""

    name, file = "class", "classes.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any]:  # noqa: ARG002
        """Title, course, school and terms."""
        needed(cells, "termSourcedIds", 10_000)
        return {
            "title": needed(cells, "title"),
            "course": identifier(cells, "courseSourcedId"),
            "school": identifier(cells, "schoolSourcedId"),
            "terms": many(cells, "termSourcedIds"),
        }

    def references(self, told: Told) -> Iterable[Reference]:
        """Course, school and terms."""
        yield "courseSourcedId", "course", told.facts["course"]
        yield "schoolSourcedId", "org", told.facts["school"]
        for term in told.facts["terms"]:
            yield "termSourcedIds", "session", term

    def resolve(self, session: Session, run: Run, rows: Sequence[Told], refs: Refs) -> None:  # noqa: ARG002
        """Our course, and the days of the terms."""
        for one in rows:
            terms = [refs["session", term].facts for term in one.facts["terms"]]
            course = refs["course", one.facts["course"]].our_id
            start, end = min(term["start"] for term in terms), max(term["end"] for term in terms)
            one.resolved = {"course": str(course), "start": start, "end": end}
            one.kept = {"course": str(course)}

    def apply(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Create the cohorts that are new, change the others."""
        known = {one.our_id: one for one in rows if one.our_id}
        self._add(session, run, [one for one in rows if not one.our_id])
        if known:
            _change(session, run, known)

    def _add(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        at = now()
        cohorts = [_cohort(run, one, at) for one in rows]
        own = [(cohort.id, UUID(one.resolved["course"])) for cohort, one in zip(cohorts, rows, strict=True)]
        session.add_all(cohorts)
        session.flush()
        insert_many(session, CohortCourse, [_taken(run, cohort_id, course, 1) for cohort_id, course in own])
        publish(
            session,
            *(
                CohortCreated(**snapshot(cohort), course_ids=(course,))
                for cohort, (_, course) in zip(cohorts, own, strict=True)
            ),
        )

    def remove(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """The cohorts end today, when they have not ended before."""
        cohorts = _cohorts(session, run, [one.our_id for one in rows if one.our_id])
        today = now().date()
        ending = [cohort for cohort in cohorts.values() if cohort.end_date > today]
        for cohort in ending:
            cohort.end_date = max(today, cohort.start_date)
        session.flush()
        _tell(session, run, ending)


def _cohort(run: Run, one: Told, at: datetime) -> Cohort:
    one.our_id = new_id()
    return Cohort(
        organization_id=run.organization_id,
        id=one.our_id,
        kind=run.kind,
        name=one.facts["title"],
        description=None,
        seats=CAP,
        created_at=at,
        **_days(one),
    )


def _days(one: Told) -> dict[str, date]:
    start, end = (date.fromisoformat(one.resolved[name]) for name in ("start", "end"))
    return {"start_date": start, "end_date": end}


def _taken(run: Run, cohort_id: UUID, course_id: UUID, position: int) -> dict[str, Any]:
    return {
        "organization_id": run.organization_id,
        "cohort_id": cohort_id,
        "course_id": course_id,
        "position": position,
    }


def _change(session: Session, run: Run, known: Mapping[Any, Told]) -> None:
    """Name and days, and the course when it is another: what people have added to the cohort stays."""
    lock_pool(session, run.organization_id)
    cohorts = _cohorts(session, run, list(known))
    other: list[Cohort] = []
    for id, cohort in cohorts.items():
        one = known[id]
        cohort.name = one.facts["title"]
        for name, value in _days(one).items():
            setattr(cohort, name, value)
        if one.before.facts["course"] != one.resolved["course"]:
            other.append(cohort)
    session.flush()
    if other:
        _change_courses(session, run, {cohort.id: known[cohort.id] for cohort in other})
    _tell(session, run, list(cohorts.values()))
    for cohort in other:
        complete_cohorts(session, cohort=cohort)


def _change_courses(session: Session, run: Run, known: Mapping[UUID, Told]) -> None:
    """The new course takes the last place."""
    for cohort in _cohorts(session, run, list(known)).values():
        lock_members(session, cohort)
    before = [(id, UUID(one.before.facts["course"])) for id, one in known.items()]
    wanted = [(id, UUID(one.resolved["course"])) for id, one in known.items()]
    pairs = tuple_(CohortCourse.cohort_id, CohortCourse.course_id)
    own = CohortCourse.organization_id == run.organization_id
    session.execute(delete(CohortCourse).where(own, pairs.in_(before)).execution_options(synchronize_session=False))
    courses = _courses(session, run, list(known))
    rows = [
        _taken(run, id, course, len(courses.get(id, ())) + 2)
        for id, course in wanted
        if course not in courses.get(id, ())
    ]
    insert_many(session, CohortCourse, rows)


def _cohorts(session: Session, run: Run, ids: Sequence[Any]) -> dict[UUID, Cohort]:
    own = (Cohort.organization_id == run.organization_id, among(Cohort.id, ids))
    statement = select(Cohort).where(*own).order_by(Cohort.id).with_for_update(key_share=True)
    return {cohort.id: cohort for cohort in session.scalars(statement.execution_options(populate_existing=True))}


def _courses(session: Session, run: Run, cohorts: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    own = (CohortCourse.organization_id == run.organization_id, among(CohortCourse.cohort_id, cohorts))
    found: dict[UUID, list[UUID]] = {}
    for row in session.scalars(select(CohortCourse).where(*own).order_by(CohortCourse.position)):
        found.setdefault(row.cohort_id, []).append(row.course_id)
    return found


def _tell(session: Session, run: Run, cohorts: Sequence[Cohort]) -> None:
    courses = _courses(session, run, [cohort.id for cohort in cohorts])
    publish(
        session,
        *(CohortUpdated(**snapshot(cohort), course_ids=tuple(courses.get(cohort.id, ()))) for cohort in cohorts),
    )
