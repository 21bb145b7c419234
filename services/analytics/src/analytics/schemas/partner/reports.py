"""Reports of a partner."""

from marshmallow import EXCLUDE, Schema, fields

from analytics.rules.partner.titles import FORMS, KINDS
from chassis.fields import Choice, Moment

_STATES = {"enum": ["completed", "pending"], "description": "pending: it is still being made (202)."}


class DaysQuery(Schema):
    """Days in the organization's time zone, both included; an open end is everything."""

    class Meta:
        unknown = EXCLUDE

    since = fields.Date(data_key="start_date", metadata={"example": "2025-10-01"})
    until = fields.Date(data_key="end_date", metadata={"example": "2025-12-31"})


class ImpactReportQuery(DaysQuery):
    """An impact report in this form."""

    form = Choice("format", FORMS, data_key="format", load_default="json")


class ExportQuery(DaysQuery):
    """A report of this kind in this form."""

    form = Choice("format", FORMS, data_key="format", load_default="pdf")
    kind = Choice("report type", tuple(KINDS), data_key="report_type", load_default="impact")


class SummarySchema(Schema):
    """What it comes to."""

    students_reached = fields.Integer()
    investment = fields.Raw(metadata={"type": "number", "example": 850000})
    completion_rate = fields.Raw(allow_none=True, metadata={"type": "number", "example": 71.0})
    avg_score_improvement = fields.Raw(allow_none=True, metadata={"type": "number", "example": 15.0})


class ImpactReportSchema(Schema):
    """An impact report and where to fetch it."""

    id = fields.UUID(attribute="report_id")
    title = fields.String(metadata={"example": "Q4 2025 Impact Report"})
    period = fields.String(metadata={"example": "2025-10-01 to 2025-12-31"})
    generated_at = Moment(allow_none=True)
    download_url = fields.String(metadata={"example": "/api/v1/partner/reports/019aa8f2/download"})
    summary = fields.Nested(SummarySchema, allow_none=True)
    status = fields.String(metadata=_STATES)


class ImpactReportAnswerSchema(Schema):
    """The report asked for."""

    report = fields.Nested(ImpactReportSchema)


class ExportedSchema(Schema):
    """A report and where to fetch it."""

    report_id = fields.UUID()
    report_type = fields.String(attribute="kind", metadata={"example": "impact"})
    format = fields.String(attribute="form", metadata={"example": "pdf"})
    download_url = fields.String(metadata={"example": "/api/v1/partner/reports/019aa8f2/download"})
    generated_at = Moment(allow_none=True)
    expires_at = Moment()
    message = fields.String()
    status = fields.String(metadata=_STATES)
