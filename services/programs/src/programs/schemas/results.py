"""Results in JSON."""

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.fields import Text
from programs.schemas.common import Number, PastDay, ReasonSchema, Rows


class ResultRow(Schema):
    """A result of a student, named by student_id or by the organization's external_id, in a course.

    ``score`` is null, or not there, when no test was taken: it is never taken for 0.
    """

    student_id = fields.UUID(allow_none=True)
    external_id = Text(255, allow_none=True, metadata={"description": "The organization's own key of the student."})
    course_id = fields.UUID(required=True)
    score = Number(allow_none=True, load_default=None, metadata={"example": 488})
    max_score = Number(
        allow_none=True,
        load_default=None,
        validate=validate.Range(0, min_inclusive=False, error="Give a number above 0."),
    )
    completed = fields.Boolean(
        allow_none=True,
        load_default=None,
        truthy={True},
        falsy={False},
        metadata={"description": "Whether the course is completed by it; when not given, whether there is a score."},
    )
    result_date = PastDay(required=True, metadata={"example": "2027-05-14"})
    result_id = Text(
        255,
        allow_none=True,
        load_default=None,
        metadata={
            "description": "The sender's own key of the result: the same one again replaces it. Without one, "
            "there is one result a student, course and day."
        },
    )

    @validates_schema
    def _named(self, data: dict[str, object], **_: object) -> None:
        if not data.get("student_id") and not data.get("external_id"):
            raise ValidationError("Give student_id or external_id.", "student_id")


class ResultsIn(Schema):
    """Results to record, up to 10,000 in one call."""

    results = Rows(ResultRow, required=True)


class ResultRowOut(Schema):
    """What became of one row."""

    row = fields.Integer(metadata={"description": "Position in the request, from 1."})
    status = fields.String(validate=validate.OneOf(("recorded", "updated", "unchanged", "invalid")))
    id = fields.UUID(metadata={"description": "Our id of the result."})
    student_id = fields.UUID()
    reasons = fields.List(fields.Nested(ReasonSchema))


class ResultCounts(Schema):
    """How many rows came to what."""

    recorded = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    invalid = fields.Integer()


class ResultsOut(Schema):
    """A result for each row, in the order given, and how many enrolments were completed by them."""

    counts = fields.Nested(ResultCounts)
    enrollments_completed = fields.Integer()
    results = fields.List(fields.Nested(ResultRowOut))
