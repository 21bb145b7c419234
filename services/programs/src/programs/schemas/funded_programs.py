"""Programs that a partner funds, in JSON, as the partner's document has them."""

from marshmallow import Schema, fields, validate

from chassis.amounts import Major
from chassis.fields import Choice, Count, Moment, Text
from chassis.paging import PageQuery, PageSchema
from programs.models import PROGRAM_STATES
from programs.schemas.common import Number
from programs.schemas.partner import amount, course_ids, currency, day

MOST_STUDENTS = 1_000_000

_CREATED = "Program created successfully. Student enrollment can begin after payment."


class EligibilityIn(Schema):
    """Who may be enrolled; what is left out is not asked."""

    grade_levels = fields.List(Count(min=0, max=99), load_default=list, validate=validate.Length(max=50))
    counties = fields.List(Text(100), load_default=list, validate=validate.Length(max=200))
    max_household_income = Count(
        allow_none=True, load_default=None, max=10**11, metadata={"description": "In the program's currency."}
    )


class ProgramIn(Schema):
    """A program to plan."""

    name = Text(200, required=True)
    description = Text(5000, lines=True, required=True)
    target_students = Count(
        min=1, max=MOST_STUDENTS, required=True, metadata={"description": "Most students enrolled at a time."}
    )
    budget = amount("All that is meant for it.", required=True)
    currency = currency()
    course_ids = course_ids()
    eligibility = fields.Nested(EligibilityIn, allow_none=True, load_default=None)
    start_date = day(required=True)
    end_date = day(required=True)


class ProgramMade(Schema):
    """The program as it was made."""

    id = fields.UUID()
    name = fields.String()
    status = fields.String(attribute="state", validate=validate.OneOf(PROGRAM_STATES))
    target_students = fields.Integer()
    budget = Major("budget_minor")
    created_at = Moment()
    message = fields.String(dump_default=_CREATED)


class ProgramQuery(PageQuery):
    """Filters of the list."""

    status = Choice("program status", PROGRAM_STATES)


class ProgramFacts(Schema):
    """What a line and a whole program have in common."""

    id = fields.UUID()
    name = fields.String()
    description = fields.String()
    status = fields.String(attribute="state", validate=validate.OneOf(PROGRAM_STATES))
    target_students = fields.Integer()
    enrolled_students = fields.Integer()
    budget = Major("budget_minor")
    spent = Major("spent_minor", metadata={"description": "What was released of it."})
    currency = fields.String()
    start_date = fields.Date()
    end_date = fields.Date()
    created_at = Moment()


class ProgramLine(ProgramFacts):
    """A line of the list."""

    courses = fields.List(fields.String())


class ProgramPage(PageSchema):
    """A page of programs, the latest first."""

    programs = fields.List(fields.Nested(ProgramLine), attribute="items")


class ProgramCourseOut(Schema):
    """A course of the program."""

    id = fields.UUID()
    title = fields.String()
    enrolled = fields.Integer(metadata={"description": "Students of the program who take it."})


def _breakdown() -> fields.Dict:
    text = "Null: withheld, since it is a small group, or the next smallest, of which somebody did not consent."
    return fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True), metadata={"description": text})


class ParticipantsOut(Schema):
    """Who takes part, in numbers."""

    by_grade = _breakdown()
    by_county = _breakdown()
    average_score = Number(
        allow_none=True,
        metadata={"description": "Mean of the students' own averages, per cent."},
    )
    completion_rate = Number(
        allow_none=True,
        metadata={"description": "Completed of the courses begun, per cent."},
    )


class EligibilityOut(Schema):
    """Who may be enrolled."""

    grade_levels = fields.List(fields.Integer())
    counties = fields.List(fields.String())
    max_household_income = Major("max_income_minor", allow_none=True)


class ProgramMilestone(Schema):
    """Something that the program has come to."""

    date = fields.Date()
    description = fields.String(attribute="event", metadata={"example": "Program launched"})


class ProgramOut(ProgramFacts):
    """A program: its courses, who takes part, and what it has come to, the newest last."""

    remaining = Major("remaining_minor")
    courses = fields.List(fields.Nested(ProgramCourseOut))
    eligibility = fields.Nested(EligibilityOut)
    participants = fields.Nested(ParticipantsOut)
    milestones = fields.List(fields.Nested(ProgramMilestone))
