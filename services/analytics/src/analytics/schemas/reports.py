"""A cohort's report. Rates are per cent with one decimal, money is in major units."""

from marshmallow import Schema, fields

from analytics.schemas.exports import ExportQuery
from analytics.schemas.metrics import PeriodQuery, PeriodSchema, PointSchema
from chassis.fields import Moment

_RATE = {"type": "number", "description": "Per cent; null when there is nothing to divide by."}


class ReportQuery(PeriodQuery, ExportQuery):
    """Which days, in which form."""


class CohortSchema(Schema):
    """The cohort itself."""

    id = fields.UUID()
    name = fields.String()
    seats = fields.Integer(metadata={"description": "Its cap."})
    start_date = fields.Date()
    end_date = fields.Date()


class SeatsSchema(Schema):
    """Seats at the end of the period."""

    purchased = fields.Integer(metadata={"description": "For a cohort: the seats it may fill, own and of the pool."})
    assigned = fields.Integer()
    available = fields.Integer()
    utilization = fields.Raw(allow_none=True, metadata=_RATE)
    by_month = fields.List(fields.Nested(PointSchema))


class CourseCompletionSchema(Schema):
    """Completion of one course of the cohort."""

    course_id = fields.UUID()
    title = fields.String()
    enrolled = fields.Integer()
    completed = fields.Integer()
    rate = fields.Raw(allow_none=True, metadata=_RATE)


class MonthCompletionSchema(Schema):
    """The state at the end of a month."""

    month = fields.String(metadata={"example": "2026-11"})
    enrolled = fields.Integer()
    completed = fields.Integer()
    rate = fields.Raw(allow_none=True, metadata=_RATE)


class CompletionSchema(Schema):
    """Completed of enrolled."""

    rate = fields.Raw(allow_none=True, metadata=_RATE)
    enrolled = fields.Integer()
    completed = fields.Integer()
    by_course = fields.List(fields.Nested(CourseCompletionSchema))
    by_month = fields.List(fields.Nested(MonthCompletionSchema))


class PaymentsSchema(Schema):
    """Money, in major units."""

    invoiced = fields.Raw(metadata={"type": "number", "example": 600000})
    paid = fields.Raw(metadata={"type": "number", "example": 600000})
    due = fields.Raw(metadata={"type": "number", "example": 0})
    currency = fields.String(metadata={"example": "KES"})


class CourseResultSchema(Schema):
    """The mean of the latest scores in one course."""

    course_id = fields.UUID()
    title = fields.String()
    mean_score = fields.Float(allow_none=True)
    max_score = fields.Float(allow_none=True)
    students = fields.Integer(allow_none=True)
    withheld = fields.Boolean()


class ImprovementSchema(Schema):
    """What students gained in a subject area, from the cohort's first course in it to the last."""

    subject_area = fields.String(metadata={"example": "Reading"})
    first_course = fields.String()
    last_course = fields.String()
    mean_gain = fields.Float(allow_none=True)
    students = fields.Integer(allow_none=True, metadata={"description": "Those with a score in both."})
    withheld = fields.Boolean()


class AtRiskSchema(Schema):
    """A student at risk: by name and id with consent, otherwise by pseudonym."""

    student_id = fields.UUID(allow_none=True)
    name = fields.String(metadata={"example": "Student 7F3A"})
    consented = fields.Boolean()
    reasons = fields.List(fields.String(metadata={"example": "no_recent_result"}))
    last_result_on = fields.Date(allow_none=True)


class OrganizationSchema(Schema):
    """The whole organization's totals; null for a caller who may see single cohorts only."""

    id = fields.UUID()
    name = fields.String(allow_none=True)
    seats = fields.Nested(SeatsSchema, allow_none=True)
    payments = fields.Nested(PaymentsSchema, allow_none=True)


class CohortReportSchema(Schema):
    """Everything about one cohort."""

    cohort = fields.Nested(CohortSchema)
    period = fields.Nested(PeriodSchema)
    seats = fields.Nested(SeatsSchema)
    completion = fields.Nested(CompletionSchema)
    payments = fields.Nested(PaymentsSchema)
    results = fields.List(fields.Nested(CourseResultSchema))
    improvement = fields.List(fields.Nested(ImprovementSchema))
    at_risk = fields.List(fields.Nested(AtRiskSchema), metadata={"description": "At most 100 of them."})
    at_risk_total = fields.Integer()
    organization = fields.Nested(OrganizationSchema)
    definitions = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": "What each part means, in words."}
    )
    as_of = Moment(metadata={"description": "The moment of the last thing these figures were told."})
