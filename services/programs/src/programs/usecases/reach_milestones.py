"""Milestones: reached by progress in a course or cohort, or by the word of who manages it. Once, and for good."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.programs import MilestoneReached
from programs.models import Cohort, Milestone, MilestoneReach
from programs.queries.bulk import insert_many
from programs.queries.milestones import milestone_for
from programs.queries.people import known_students
from programs.queries.scope import everywhere
from programs.rules.batches import RECORDED, UNCHANGED, Outcome, Row, RowRefused
from programs.rules.recognition import KnownStudents, named

_OF_COURSES = text("""
select m.organization_id, m.id as milestone_id, m.course_id, m.cohort_id, p.student_id,
    coalesce(p.completed_on, cast(p.last_activity_at at time zone 'UTC' as date)) as reached_on
from unnest(cast(:students as uuid[]), cast(:courses as uuid[])) as changed (student_id, course_id)
join milestones m on m.course_id = changed.course_id and m.percent is not null
join course_progress p on p.student_id = changed.student_id and p.course_id = m.course_id
where case when p.completed_on is null then p.percent else 100 end >= m.percent
order by m.id, p.student_id
""")
_COHORTS = """
select m.organization_id, m.id as milestone_id, m.course_id, m.cohort_id, e.student_id,
    max(p.completed_on) as reached_on
from enrollments e
join milestones m on m.organization_id = e.organization_id and m.cohort_id = e.cohort_id and m.percent is not null
join cohort_courses c on c.organization_id = e.organization_id and c.cohort_id = e.cohort_id
left join course_progress p on p.student_id = e.student_id and p.course_id = c.course_id
where {whose} and e.state <> 'withdrawn'
group by m.organization_id, m.id, e.student_id
having 100.0 * count(p.completed_on) / count(*) >= m.percent
order by m.id, e.student_id
"""
_OF_STUDENTS = text(_COHORTS.format(whose="e.student_id = any(cast(:students as uuid[]))"))
_OF_COHORT = text(_COHORTS.format(whose="e.organization_id = :organization_id and e.cohort_id = :cohort_id"))
_FIRST = "on conflict do nothing returning milestone_id, student_id"


def reach_in_courses(session: Session, students: Sequence[UUID], courses: Sequence[UUID]) -> None:
    """Note the milestones of courses that these students (each with a course beside) have come to."""
    with everywhere(session):
        found = session.execute(_OF_COURSES, {"students": students, "courses": courses}).mappings().all()
        _reach(session, found, now())


def reach_in_cohorts(session: Session, students: Collection[UUID]) -> None:
    """Note the milestones that these students have come to in any organization's cohorts."""
    with everywhere(session):
        _reach(session, session.execute(_OF_STUDENTS, {"students": list(students)}).mappings().all(), now())


def reach_in_cohort(session: Session, cohort: Cohort) -> None:
    """Note the milestones that this cohort's students have come to."""
    whose = {"organization_id": cohort.organization_id, "cohort_id": cohort.id}
    with everywhere(session):
        _reach(session, session.execute(_OF_COHORT, whose).mappings().all(), now())


def reach_by_word(session: Session, caller: Caller, milestone_id: UUID, rows: Sequence[Row]) -> list[Outcome]:
    """Note that these students have reached it. Raises NoSuchMilestone, Forbidden."""
    milestone = milestone_for(session, caller, milestone_id)
    known = known_students(
        session,
        milestone.organization_id,
        student_ids=named(rows, "student_id"),
        external_ids=named(rows, "external_id"),
        cohorts=[milestone.cohort_id] if milestone.cohort_id else None,
    )
    students = KnownStudents(known)
    outcomes = [_read(students, milestone, row) for row in rows]
    new = _reach(session, [one.facts for one in outcomes if one.facts], now())
    for one in outcomes:
        if one.facts:
            told = (milestone.id, one.facts["student_id"])
            one.id, one.status = milestone.id, RECORDED if told in new else UNCHANGED
            new.discard(told)
    return outcomes


def _read(students: KnownStudents, milestone: Milestone, row: Row) -> Outcome:
    if row.reasons:
        return Outcome(row.number, reasons=row.reasons)
    try:
        student_id = students.named_by(row.values)
    except RowRefused as why:
        return Outcome(row.number, reasons=why.reasons)
    own = {name: getattr(milestone, name) for name in ("organization_id", "course_id", "cohort_id")}
    facts = {**own, "milestone_id": milestone.id, "student_id": student_id, "reached_on": row.values["reached_on"]}
    return Outcome(row.number, facts=facts)


def _reach(session: Session, found: Sequence[Any], at: datetime) -> set[tuple[UUID, UUID]]:
    """Write down what is new of these, say so, and return it as milestone and student."""
    names = ("organization_id", "milestone_id", "student_id", "reached_on")
    rows = [{**{name: one[name] for name in names}, "recorded_at": at} for one in found]
    new = {(row.milestone_id, row.student_id) for row in insert_many(session, MilestoneReach, rows, _FIRST)}
    told = {(one["milestone_id"], one["student_id"]): one for one in reversed(found)}
    publish(session, *(MilestoneReached(**told[key], recorded_at=at) for key in sorted(new)))
    return new
