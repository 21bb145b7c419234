"""One student's trend in JSON, for who may see it."""

from marshmallow import Schema, fields, validate

from analytics.rules.at_risk import LOW_AND_FALLING, NO_RECENT_RESULT
from analytics.rules.partner.learning import TRENDS
from chassis.fields import Moment


class CourseTrendSchema(Schema):
    """A course with results."""

    course_id = fields.UUID()
    title = fields.String(allow_none=True)
    subject_area = fields.String(allow_none=True)
    completed = fields.Boolean()
    scores = fields.Integer(metadata={"description": "How many scores there are."})
    latest_score = fields.Float(allow_none=True, metadata={"description": "Per cent of the best possible."})
    score_change = fields.Float(allow_none=True, metadata={"description": "Latest less first, percentage points."})


class StudentRiskSchema(Schema):
    """A cohort in which the student is at risk of not completing."""

    cohort_id = fields.UUID()
    name = fields.String(allow_none=True)
    reasons = fields.List(fields.String(validate=validate.OneOf((NO_RECENT_RESULT, LOW_AND_FALLING))))


class StudentTrendSchema(Schema):
    """What a student's scores come to, and the cohorts (of the caller's organization, or all of one's own) at risk."""

    student_id = fields.UUID()
    courses_completed = fields.Integer()
    average_score = fields.Float(allow_none=True, metadata={"example": 74.5})
    score_change = fields.Float(allow_none=True, metadata={"example": 3.2})
    performance_trend = fields.String(allow_none=True, validate=validate.OneOf(TRENDS))
    courses = fields.List(fields.Nested(CourseTrendSchema))
    at_risk = fields.List(fields.Nested(StudentRiskSchema))
    definitions = fields.Dict(keys=fields.String(), values=fields.String())
    as_of = Moment()
