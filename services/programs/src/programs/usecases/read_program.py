"""Read one program: its courses, who takes part, and what it has come to."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from programs.models import FundedProgram
from programs.queries import participants as taking
from programs.queries.funded_programs import program_for, program_line, titles_of
from programs.queries.organizations import known_organization, organization_of
from programs.rules.breakdowns import breakdown
from programs.rules.course_standing import points
from programs.rules.days import local_day
from programs.rules.grades import grade_number
from programs.rules.program_figures import Reached, figures
from programs.rules.program_milestones import completion_marks, enrolment_marks
from programs.rules.timeline import Happened
from programs.usecases.see_students import visible_students

PURPOSE = "program figures"
_NOT_KNOWN = "unknown"


def read_program(session: Session, caller: Caller, program_id: UUID) -> dict[str, Any]:
    """The program of the caller's organization. Raises NoSuchProgram."""
    program = program_for(session, organization_of(caller), program_id)
    zone = known_organization(session, program.organization_id).time_zone
    line = program_line(session, program.organization_id, program.id)
    rows = taking.reached_in(session, program, zone)
    titles = titles_of(session, {*program.course_ids, *(row.course_id for row in rows)})
    enrolled = taking.enrolled_by_course(session, program) if program.course_ids else {}
    return {
        **line,
        "remaining_minor": line["budget_minor"] - line["spent_minor"],
        "courses": [
            {"id": id, "title": titles[id], "enrolled": enrolled.get(id, 0)} for id in program.course_ids
        ],
        "eligibility": _eligibility(line),
        "participants": _participants(session, caller, program, rows),
        "milestones": _milestones(session, program, zone, rows, titles),
    }  # fmt: skip


def _eligibility(line: Any) -> dict[str, Any]:
    return {name: line[name] for name in ("grade_levels", "counties", "max_income_minor", "currency")}


def _participants(session: Session, caller: Caller, program: FundedProgram, rows: Sequence[Any]) -> dict[str, Any]:
    """By grade and county, small groups withheld; privacy is asked for all of them at once."""
    people = taking.participants(session, program)
    students = [one.student_id for one in people]
    seen = visible_students(session, caller, program.organization_id, students, purpose=PURPOSE, log_reads=False)
    reached = [
        Reached(row.student_id, points(row.last_score, row.last_max_score), row.completed_on is not None)
        for row in rows
    ]
    return {
        "by_grade": breakdown((_grade(one.grade_level), one.student_id in seen) for one in people),
        "by_county": breakdown((one.county or _NOT_KNOWN, one.student_id in seen) for one in people),
        **figures(reached, seen),
    }


def _grade(typed: str | None) -> str:
    number = grade_number(typed)
    return typed or _NOT_KNOWN if number is None else str(number)


def _milestones(
    session: Session, program: FundedProgram, zone: str, rows: Sequence[Any], titles: dict[UUID, str]
) -> list[Happened]:
    came = [local_day(moment, zone) for moment in taking.first_enrolments(session, program)]
    completed: dict[str, list[date]] = defaultdict(list)
    for row in rows:
        if row.since_enrolled:
            completed[titles[row.course_id]].append(row.completed_on)
    moves = [(program.launched_at, "Program launched"), (program.completed_at, "Program completed")]
    lived = [Happened(local_day(moment, zone), what) for moment, what in moves if moment]
    happened = [*lived[:1], *enrolment_marks(came, program.target_students), *completion_marks(completed), *lived[1:]]
    return sorted(happened, key=lambda one: one.date)
