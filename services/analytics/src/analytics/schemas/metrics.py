"""Metrics as the API tells them. Rates are per cent with one decimal, money is in major units."""

from marshmallow import EXCLUDE, Schema, fields

from analytics.schemas.exports import ExportQuery
from chassis.fields import Moment, Text

_VALUE = "Unknown (null) when there is nothing to divide by, or when it is withheld."


class PeriodQuery(Schema):
    """``from`` and ``to`` are days in the organization's time zone, both included."""

    class Meta:
        unknown = EXCLUDE

    since = fields.Date(data_key="from", metadata={"example": "2026-01-01"})
    until = fields.Date(data_key="to", metadata={"example": "2026-12-31"})


class MetricListQuery(ExportQuery):
    """In which form."""

    class Meta:
        unknown = EXCLUDE


class MetricQuery(PeriodQuery, ExportQuery):
    """What a metric may be narrowed to and broken down by."""

    cohort_id = fields.UUID()
    group_by = Text(40, metadata={"description": "One of the metric's `groups`.", "example": "month"})


class PeriodSchema(Schema):
    """The days asked for; null is an open end."""

    since = fields.Date(attribute="from", data_key="from", allow_none=True)
    until = fields.Date(attribute="to", data_key="to", allow_none=True)
    time_zone = fields.String(metadata={"example": "Africa/Nairobi"})


class PointSchema(Schema):
    """The state at the end of a month, or now in the month still running."""

    month = fields.String(metadata={"example": "2026-11"})
    value = fields.Raw(allow_none=True, metadata={"type": "number", "description": _VALUE})
    numerator = fields.Raw(metadata={"type": "number"})
    denominator = fields.Raw(metadata={"type": "number"})


class CellSchema(Schema):
    """One group of a breakdown."""

    group = fields.String(metadata={"description": "A month, an id, or the attribute itself."})
    label = fields.String(metadata={"example": "Data analysts, autumn"})
    value = fields.Raw(allow_none=True, metadata={"type": "number", "description": _VALUE})
    numerator = fields.Raw(allow_none=True, metadata={"type": "number"})
    denominator = fields.Raw(allow_none=True, metadata={"type": "number"})
    withheld = fields.Boolean(metadata={"description": "Too few people, one of whom did not consent."})


class DefinitionSchema(Schema):
    """What a metric means."""

    key = fields.String(metadata={"example": "seat_utilization"})
    title = fields.String()
    unit = fields.String(metadata={"description": "`percent`, or a currency."})
    formula = fields.String(metadata={"example": "seats held ÷ seats purchased, in per cent"})
    description = fields.String()
    groups = fields.List(fields.String(), metadata={"description": "What `group_by` may be."})
    version = fields.Integer(metadata={"description": "Goes up when the formula changes."})


class MetricSchema(DefinitionSchema):
    """A metric with its figures."""

    value = fields.Raw(allow_none=True, metadata={"type": "number", "description": _VALUE, "example": 83.3})
    numbers = fields.Dict(metadata={"description": "The numbers behind the value.", "example": {"purchased": 30}})
    trend = fields.String(allow_none=True, metadata={"description": "improving, stable, declining, or not known."})
    trend_rule = fields.String(metadata={"description": "What the trend means, in words."})
    series = fields.List(fields.Nested(PointSchema))
    breakdown = fields.List(fields.Nested(CellSchema))
    period = fields.Nested(PeriodSchema)
    cohort_id = fields.UUID(allow_none=True)
    group_by = fields.String(allow_none=True)
    as_of = Moment(metadata={"description": "The moment of the last thing these figures were told."})


class MetricListSchema(Schema):
    """Every metric."""

    items = fields.List(fields.Nested(DefinitionSchema))
