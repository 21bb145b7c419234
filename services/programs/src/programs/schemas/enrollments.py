"""Enrolments in JSON."""

from marshmallow import Schema, fields, validate

from chassis.fields import Moment, Text
from chassis.paging import PageQuery, PageSchema
from programs.models import STATES
from programs.rules.countries import COUNTRIES
from programs.schemas.common import Address, ListedStudent, Number, PastDay, ReasonSchema, Rows


class StudentRow(Schema):
    """A student to enrol: one whom the organization knows by student_id or external_id, or a new one with a name.

    People are recognized by their address across organizations, otherwise by the organization's own external_id.
    """

    student_id = fields.UUID(allow_none=True)
    email = Address(allow_none=True, metadata={"example": "amina@school.example"})
    external_id = Text(255, allow_none=True, metadata={"description": "The organization's own key of the student."})
    name = Text(200, allow_none=True, metadata={"example": "Amina Otieno"})
    grade_level = Text(50, allow_none=True)
    school = Text(200, allow_none=True)
    county = Text(100, allow_none=True)
    birth_date = PastDay(allow_none=True)
    country = fields.String(
        allow_none=True,
        validate=validate.OneOf(COUNTRIES, error="Give a country as in ISO 3166-1 alpha-2."),
        metadata={"example": "KE"},
    )
    guardian_email = Address(allow_none=True)


class EnrolmentsIn(Schema):
    """Students to enrol, up to 10,000 in one call."""

    students = Rows(StudentRow, required=True)


class RowOut(Schema):
    """What became of one row."""

    row = fields.Integer(metadata={"description": "Position in the request, from 1."})
    status = fields.String(validate=validate.OneOf(("enrolled", "already_enrolled", "no_seat", "invalid")))
    student_id = fields.UUID()
    enrollment_id = fields.UUID()
    reasons = fields.List(fields.Nested(ReasonSchema))


class CountsOut(Schema):
    """How many rows came to what."""

    enrolled = fields.Integer()
    already_enrolled = fields.Integer()
    no_seat = fields.Integer()
    invalid = fields.Integer()


class EnrolmentsOut(Schema):
    """A result for each row, in the order given."""

    cohort_id = fields.UUID()
    counts = fields.Nested(CountsOut)
    results = fields.List(fields.Nested(RowOut))


class EnrollmentQuery(PageQuery):
    """Filters of the list; ``sort`` by enrolled_at, status, progress, score or last_activity, - for descending."""

    status = fields.String(load_default=None, validate=validate.OneOf(STATES))
    search = Text(
        100, load_default=None, metadata={"description": "Part of the name, of who consented; or of the pseudonym."}
    )
    sort = fields.String(load_default="enrolled_at", metadata={"example": "-progress"})


class ProgressOut(Schema):
    """Courses of the cohort that the student has completed; percent from 0 to 100."""

    completed = fields.Integer()
    courses = fields.Integer()
    percent = Number()


class SeatOut(Schema):
    """``held``, ``lapsed`` (its window ended), ``released`` or ``not_needed`` (an academy's own students)."""

    status = fields.String()
    id = fields.UUID(allow_none=True)
    assigned_at = Moment(allow_none=True)


class ListedEnrollment(Schema):
    """One line of the list."""

    id = fields.UUID()
    status = fields.String(validate=validate.OneOf(STATES))
    student = fields.Nested(ListedStudent)
    progress = fields.Nested(ProgressOut)
    score = Number(
        allow_none=True,
        metadata={"description": "Mean of the latest score of each course of the cohort; null without any score."},
    )
    seat = fields.Nested(SeatOut)
    enrolled_at = Moment()
    completed_at = Moment(allow_none=True)
    last_activity = Moment(
        metadata={"description": "The latest of everything dated: enrolment, results, progress, sessions, labs.."}
    )


class EnrollmentPage(PageSchema):
    """A page of enrolments."""

    items = fields.List(fields.Nested(ListedEnrollment))


class EnrollmentOut(Schema):
    """An enrolment after a move."""

    id = fields.UUID()
    cohort_id = fields.UUID()
    student_id = fields.UUID()
    status = fields.String(attribute="state", validate=validate.OneOf(STATES))
    enrolled_at = Moment()
    completed_at = Moment(allow_none=True)
    withdrawn_at = Moment(allow_none=True)
