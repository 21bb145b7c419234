"""Courses: into the organization's catalogue."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.programs import CourseCreated, CourseUpdated
from programs.models import Course
from programs.queries.bulk import insert_many
from programs.queries.xapi import no_writer
from programs.rules.oneroster.values import LONGEST_ID, Cells, many, needed, text
from programs.rules.results import BY_RESULT
from programs.usecases.import_roster.kind import Kind, Reference
from programs.usecases.import_roster.run import Run
from programs.usecases.import_roster.told import Told
from programs.usecases.record_statements.catch_up import catch_up_on_courses

_CHANGE = sql("""
update courses set title = told.title, subject_area = told.subject_area, grade_level = told.grade_level
from unnest(
    cast(:ids as uuid[]), cast(:titles as text[]), cast(:subjects as text[]), cast(:grades as text[])
) as told (id, title, subject_area, grade_level)
where courses.organization_id = :organization_id and courses.id = told.id
    and (courses.title, courses.subject_area, courses.grade_level)
        is distinct from (told.title, told.subject_area, told.grade_level)
returning courses.id as course_id, courses.organization_id, courses.title, courses.subject_area, courses.grade_level,
    courses.completion, courses.min_score, courses.min_percent, courses.certificate
""")


class Courses(Kind):
    """A course of the file is a course of ours. One that is to be deleted stays: results speak of it."""

    name, file = "course", "courses.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any]:  # noqa: ARG002
        """Title, subject and grade."""
        return {
            "title": needed(cells, "title"),
            "subject_area": next(iter(many(cells, "subjects", 100)), None),
            "grade_level": grade(cells),
            "org": text(cells, "orgSourcedId", LONGEST_ID),
            "year": text(cells, "schoolYearSourcedId", LONGEST_ID),
        }

    def references(self, told: Told) -> Iterable[Reference]:
        """Who offers it, and in which year."""
        for column, kind, name in (("orgSourcedId", "org", "org"), ("schoolYearSourcedId", "session", "year")):
            if told.facts[name]:
                yield column, kind, told.facts[name]

    def apply(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Create those that are new, change the others."""
        no_writer(session, run.organization_id)
        known = [one for one in rows if one.our_id]
        if known:
            values = {
                "organization_id": run.organization_id,
                "ids": [one.our_id for one in known],
                "titles": [one.facts["title"] for one in known],
                "subjects": [one.facts["subject_area"] for one in known],
                "grades": [one.facts["grade_level"] for one in known],
            }
            changed = session.execute(_CHANGE, values).mappings()
            publish(session, *(CourseUpdated(**row) for row in changed))
        added = [one for one in rows if not one.our_id]
        insert_many(session, Course, [_course(run, one) for one in added])
        publish(session, *(_created(run, one) for one in added))

    def follow(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """What statements have told of these courses before counts from now on."""
        catch_up_on_courses(session, run.organization_id, [one.sourced_id for one in rows])


def grade(cells: Cells) -> str | None:
    """The first of the grades, without the leading zero that the standard gives it."""
    found = next(iter(many(cells, "grades", 50)), None)
    return found.lstrip("0") or found if found else None


def _course(run: Run, one: Told) -> dict[str, Any]:
    one.our_id = new_id()
    return {
        "id": one.our_id,
        "organization_id": run.organization_id,
        "title": one.facts["title"],
        "subject_area": one.facts["subject_area"],
        "grade_level": one.facts["grade_level"],
        "created_at": now(),
    }


def _created(run: Run, one: Told) -> CourseCreated:
    assert one.our_id  # noqa: S101 - just given
    return CourseCreated(
        course_id=one.our_id,
        organization_id=run.organization_id,
        title=one.facts["title"],
        subject_area=one.facts["subject_area"],
        grade_level=one.facts["grade_level"],
        completion=BY_RESULT,
    )
