"""Reports by mail."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.fields import Count, Moment, Text
from chassis.paging import PageSchema
from notifications.rules.quiet_hours import is_zone

FREQUENCIES = ["weekly", "monthly"]


def _zone(name: str) -> bool:
    if not is_zone(name):
        raise ValidationError("Not a time zone, as in Africa/Nairobi.")
    return True


class ReportSubscriptionIn(Schema):
    """Which dashboard, how often, and when by the clock of a time zone."""

    dashboard_id = Text(64, required=True, metadata={"example": "sponsor"})
    frequency = fields.String(required=True, validate=validate.OneOf(FREQUENCIES), metadata={"example": "weekly"})
    day = Count(
        max=28, load_default=1, metadata={"description": "Of the week (0 Monday to 6 Sunday), or month (1 to 28)."}
    )
    hour = Count(max=23, load_default=8)
    time_zone = Text(64, load_default=None, allow_none=True, validate=_zone)

    @validates_schema
    def day_exists(self, data: dict[str, Any], **_: Any) -> None:
        """A week has seven days; a month begins with its first."""
        least, most = (0, 6) if data.get("frequency") == "weekly" else (1, 28)
        if not least <= data["day"] <= most:
            raise ValidationError(f"From {least} to {most}.", "day")


class ReportSubscriptionOut(Schema):
    """A report by mail. It is made when it leaves, as its reader may see it at that moment."""

    id = fields.UUID()
    dashboard_id = fields.String()
    frequency = fields.String(validate=validate.OneOf(FREQUENCIES))
    day = fields.Integer()
    hour = fields.Integer()
    time_zone = fields.String()
    next_due_at = Moment()
    created_at = Moment()
    ended_at = Moment(allow_none=True)
    ended_reason = fields.String(
        allow_none=True,
        validate=validate.OneOf(["cancelled", "not_allowed", "gone"]),
        metadata={"description": "not_allowed: you may not see the dashboard any more; gone: there is none any more."},
    )


class ReportSubscriptionPage(PageSchema):
    """A page of them, the latest first."""

    items = fields.List(fields.Nested(ReportSubscriptionOut))
