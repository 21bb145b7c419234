"""Who takes part in a program, and what they have reached in its courses."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, text
from sqlalchemy.orm import Session

from programs.errors import NoSuchParticipant
from programs.models import FundedProgram, OrganizationStudent, ProgramParticipant
from programs.queries.bulk import among
from programs.queries.scope import everywhere

# What is enrolled: a course of the program that the student has begun, or that a cohort of theirs takes.
_COURSES = text("""
with taking as (
    select student_id from program_participants
    where organization_id = :organization_id and program_id = :program_id and withdrawn_at is null
), taken as (
    select student_id, course_id from taking join course_progress using (student_id)
    where course_id = any(:courses)
    union
    select student_id, course_id from taking join enrollments using (student_id)
    join cohort_courses using (organization_id, cohort_id)
    where course_id = any(:courses) and enrollments.state <> 'withdrawn'
)
select course_id, count(*) as enrolled from taken group by course_id
""")

# A program that names no course counts every one that its students have begun.
_REACHED = text("""
select student_id, course_id, last_score, last_max_score, completed_on,
    completed_on >= cast(least(first_enrolled_at at time zone :zone, first_enrolled_at at time zone 'UTC') as date)
        as since_enrolled
from program_participants join course_progress using (student_id)
where organization_id = :organization_id and program_id = :program_id and withdrawn_at is null
    and (course_id = any(:courses) or :every)
""")


def participants(session: Session, program: FundedProgram) -> Sequence[Any]:
    """Who takes part now, with the grade and county that the organization knows."""
    known, taking = OrganizationStudent, ProgramParticipant
    theirs = and_(known.organization_id == taking.organization_id, known.student_id == taking.student_id)
    statement = select(taking.student_id, known.grade_level, known.county).join(known, theirs)
    return session.execute(statement.where(*_of(program), taking.withdrawn_at.is_(None))).all()


def count_participants(session: Session, program: FundedProgram) -> int:
    """How many take part now."""
    taking = ProgramParticipant
    statement = select(func.count()).select_from(taking).where(*_of(program), taking.withdrawn_at.is_(None))
    return session.scalar(statement) or 0


def taking_part(session: Session, program: FundedProgram, students: Collection[UUID]) -> set[UUID]:
    """Who of these takes part now."""
    taking = ProgramParticipant
    those = (*_of(program), among(taking.student_id, students), taking.withdrawn_at.is_(None))
    return set(session.scalars(select(taking.student_id).where(*those)))


def participant_for(session: Session, program: FundedProgram, student_id: UUID) -> ProgramParticipant:
    """Who takes part now, locked. Raises NoSuchParticipant."""
    taking = ProgramParticipant
    statement = select(taking).where(*_of(program), taking.student_id == student_id, taking.withdrawn_at.is_(None))
    found = session.scalars(statement.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NoSuchParticipant()
    return found


def enrolled_by_course(session: Session, program: FundedProgram) -> dict[UUID, int]:
    """How many of them take each of the program's courses."""
    values = {"organization_id": program.organization_id, "program_id": program.id, "courses": program.course_ids}
    with everywhere(session):
        return {row.course_id: row.enrolled for row in session.execute(_COURSES, values)}


def reached_in(session: Session, program: FundedProgram, zone: str) -> Sequence[Any]:
    """What each of them has reached in each of the program's courses."""
    values = {
        "organization_id": program.organization_id, "program_id": program.id, "courses": program.course_ids,
        "every": not program.course_ids, "zone": zone,
    }  # fmt: skip
    return session.execute(_REACHED, values).all()


def first_enrolments(session: Session, program: FundedProgram) -> list[Any]:
    """When each who ever took part came first, the earliest first."""
    came = ProgramParticipant.first_enrolled_at
    return list(session.scalars(select(came).where(*_of(program)).order_by(came)))


def _of(program: FundedProgram) -> tuple[Any, ...]:
    taking = ProgramParticipant
    return taking.organization_id == program.organization_id, taking.program_id == program.id
