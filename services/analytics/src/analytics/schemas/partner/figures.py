"""The partner's dashboard, students, impact and outcomes."""

from typing import Any

from marshmallow import Schema, fields

from chassis.fields import Moment
from chassis.paging import PageSchema

_SCORE: dict[str, Any] = {"type": "number", "example": 82.5}
_MONEY: dict[str, Any] = {"type": "number", "example": 2500000}
_UNKNOWN: dict[str, Any] = {**_SCORE, "description": "Null when it cannot be known or is withheld."}


def _score() -> fields.Raw:
    return fields.Raw(allow_none=True, metadata=_UNKNOWN)


def _money() -> fields.Raw:
    return fields.Raw(allow_none=True, metadata=_MONEY)


class ExplainedSchema(Schema):
    """What every answer with figures has."""

    definitions = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": "What each figure means, in words."}
    )
    as_of = Moment(metadata={"description": "The moment of the last thing these figures were told."})


class StatsSchema(Schema):
    """In all."""

    total_sponsorships = fields.Integer()
    active_sponsorships = fields.Integer()
    total_students_sponsored = fields.Integer()
    total_invested = _money()
    currency = fields.String(metadata={"example": "KES"})
    average_student_score_improvement = _score()
    courses_funded = fields.Integer()
    programs_active = fields.Integer()


class MilestoneSchema(Schema):
    """Something a student reached."""

    student_name = fields.String(metadata={"example": "Amani Kariuki"})
    milestone = fields.String(metadata={"example": "Completed CBC Mathematics Grade 5 with 92% score"})
    date = fields.String(metadata={"format": "date-time", "example": "2026-02-14T15:00:00Z"})
    sponsorship_id = fields.UUID(allow_none=True)


class PlannedSchema(Schema):
    """What is to be released next."""

    amount = _money()
    date = fields.String(metadata={"format": "date-time", "example": "2026-03-01T00:00:00Z"})
    description = fields.String(metadata={"example": "Monthly scholarship disbursement"})


class PaymentSummarySchema(Schema):
    """Payments for funding."""

    total_paid = _money()
    pending_payments = _money()
    next_scheduled_payment = fields.Nested(PlannedSchema, allow_none=True)


class SnapshotSchema(Schema):
    """How many improve."""

    students_improving = fields.Integer()
    students_stable = fields.Integer()
    students_declining = fields.Integer()
    overall_completion_rate = _score()


class DashboardStatsSchema(ExplainedSchema):
    """The partner's first page."""

    stats = fields.Nested(StatsSchema)
    recent_milestones = fields.List(fields.Nested(MilestoneSchema))
    payment_summary = fields.Nested(PaymentSummarySchema)
    impact_snapshot = fields.Nested(SnapshotSchema)


class SponsoredStudentSchema(Schema):
    """By name with the student's consent, otherwise by pseudonym and without id, grade and county."""

    id = fields.UUID(allow_none=True)
    name = fields.String(metadata={"example": "Amani Kariuki"})
    grade_level = fields.Integer(allow_none=True, metadata={"example": 5})
    county = fields.String(allow_none=True, metadata={"example": "Nairobi"})
    sponsorship_type = fields.String(metadata={"example": "full_scholarship"})
    courses_enrolled = fields.Integer()
    courses_completed = fields.Integer()
    average_score = _score()
    performance_trend = fields.String(allow_none=True, metadata={"example": "improving"})
    score_change = _score()
    ai_tutor_sessions = fields.Integer()
    last_active = fields.String(allow_none=True, metadata={"format": "date-time", "example": "2026-02-15T08:00:00Z"})


class AggregateSchema(Schema):
    """Of everybody found."""

    average_score_all = _score()
    improving_count = fields.Integer()
    stable_count = fields.Integer()
    declining_count = fields.Integer()


class SponsoredStudentsSchema(PageSchema, ExplainedSchema):
    """A page of students."""

    students = fields.List(fields.Nested(SponsoredStudentSchema))
    aggregate = fields.Nested(AggregateSchema)


class OutcomeSchema(Schema):
    """What came of it."""

    average_score_improvement = _score()
    course_completion_rate = _score()
    students_advancing_grade = fields.Integer(allow_none=True)
    certificates_earned = fields.Integer()
    ai_tutor_sessions = fields.Integer()


class ComparisonSchema(Schema):
    """Beside everybody."""

    sponsored_avg_score = _score()
    platform_avg_score = _score()
    sponsored_completion_rate = _score()
    platform_completion_rate = _score()


class RoiSchema(Schema):
    """What each outcome cost, in whole units."""

    cost_per_student = _money()
    cost_per_course_completion = _money()
    cost_per_certificate = _money()


class ImpactSchema(ExplainedSchema):
    """What the money did."""

    period = fields.String(metadata={"example": "year"})
    students_reached = fields.Integer()
    courses_funded = fields.Integer()
    total_investment = _money()
    currency = fields.String(metadata={"example": "KES"})
    outcomes = fields.Nested(OutcomeSchema)
    comparison_to_platform = fields.Nested(ComparisonSchema)
    roi_metrics = fields.Nested(RoiSchema)


class BandSchema(Schema):
    """Students whose averages lie in a band."""

    count = fields.Integer()
    avg_score = _score()
    percent = _score()


class BandsSchema(Schema):
    """The bands."""

    excellent = fields.Nested(BandSchema)
    good = fields.Nested(BandSchema)
    needs_improvement = fields.Nested(BandSchema)
    at_risk = fields.Nested(BandSchema)


class SubjectSchema(Schema):
    """One subject area."""

    subject = fields.String(metadata={"example": "Mathematics"})
    avg_score = _score()
    completion_rate = _score()


class MonthScoreSchema(Schema):
    """One month."""

    month = fields.String(metadata={"example": "2026-02"})
    avg_score = _score()


class OutcomesSchema(ExplainedSchema):
    """How the students do."""

    period = fields.String(metadata={"example": "year"})
    total_students = fields.Integer()
    by_performance = fields.Nested(BandsSchema)
    by_subject = fields.List(fields.Nested(SubjectSchema))
    score_trend = fields.List(fields.Nested(MonthScoreSchema))
