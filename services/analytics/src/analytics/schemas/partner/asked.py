"""What the partner's figures may be narrowed to."""

from marshmallow import EXCLUDE, Schema, fields, validate

from analytics.rules.partner.calendar import PERIODS
from analytics.rules.partner.learning import TRENDS
from chassis.fields import Choice, Text
from chassis.paging import PageQuery


def _grade() -> fields.Integer:
    return fields.Integer(validate=validate.Range(0, 99), metadata={"example": 5})


class StudentsQuery(PageQuery):
    """Filters by grade and county find only students who agree to being named."""

    grade_level = _grade()
    county = Text(100, metadata={"example": "Nairobi"})
    performance = Choice("performance", TRENDS)


class ImpactQuery(Schema):
    """A calendar period in the organization's time zone."""

    class Meta:
        unknown = EXCLUDE

    period = Choice("period", PERIODS, load_default="year")


class OutcomesQuery(ImpactQuery):
    """Narrowed to a grade or a subject area."""

    grade_level = _grade()
    subject = Text(200, metadata={"example": "Mathematics"})
