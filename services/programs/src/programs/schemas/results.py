"""Results in JSON."""

from marshmallow import Schema, fields, validate

from chassis.fields import Flag, Text
from programs.schemas.common import Number, OutcomesOut, PastDay, Rows, StudentNamed


class ResultRow(StudentNamed):
    """A result of a student, named by student_id or by the organization's external_id, in a course.

    ``score`` is null, or not there, when no test was taken: it is never taken for 0.
    """

    course_id = fields.UUID(required=True)
    score = Number(allow_none=True, load_default=None, metadata={"example": 488})
    max_score = Number(
        allow_none=True,
        load_default=None,
        validate=validate.Range(0, min_inclusive=False, error="Give a number above 0."),
    )
    completed = Flag(
        allow_none=True,
        load_default=None,
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


class ResultsIn(Schema):
    """Results to record, up to 10,000 in one call."""

    results = Rows(ResultRow, required=True)


class ResultsOut(OutcomesOut):
    """A result for each row, in the order given, and how many enrolments were completed by them."""

    enrollments_completed = fields.Integer()
