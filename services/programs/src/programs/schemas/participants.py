"""Students of a program in JSON."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.fields import Count
from programs.rules.eligibility import CRITERIA
from programs.schemas.common import MAX_ROWS, ReasonSchema
from programs.usecases.enrol_participants import OUTCOMES

_MOST = validate.Length(1, MAX_ROWS)


class WishIn(Schema):
    """A student to enrol."""

    student_id = fields.UUID(required=True)
    household_income = Count(
        allow_none=True,
        load_default=None,
        max=10**11,
        metadata={"description": "In the program's currency; it is looked at and not kept."},
    )


class ParticipantsIn(Schema):
    """Students to enrol: their ids, or rows where the program asks for the household's income."""

    student_ids = fields.List(fields.UUID(), validate=_MOST)
    students = fields.List(fields.Nested(WishIn), validate=_MOST)

    @validates_schema
    def _one_of(self, data: dict[str, Any], **_: Any) -> None:
        if ("student_ids" in data) == ("students" in data):
            raise ValidationError("Give either student_ids or students.", "student_ids")


class ParticipantOut(Schema):
    """What became of one student."""

    row = fields.Integer(metadata={"description": "Position in the request, from 1."})
    student_id = fields.UUID()
    status = fields.String(validate=validate.OneOf(OUTCOMES))
    criterion = fields.String(
        validate=validate.OneOf(CRITERIA), metadata={"description": "The first that a student does not meet."}
    )
    reasons = fields.List(fields.Nested(ReasonSchema))


class ParticipantCounts(Schema):
    """How many rows came to what."""

    enrolled = fields.Integer()
    already_enrolled = fields.Integer()
    not_eligible = fields.Integer()
    program_full = fields.Integer()
    invalid = fields.Integer()


class ParticipantsEnrolled(Schema):
    """A result for each student, in the order given."""

    program_id = fields.UUID()
    counts = fields.Nested(ParticipantCounts)
    results = fields.List(fields.Nested(ParticipantOut))
