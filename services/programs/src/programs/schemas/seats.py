"""Seats that a refund takes away, or gives back."""

from marshmallow import Schema, fields, validate

from chassis.fields import Count


class RetiredIn(Schema):
    """So many seats of a grant."""

    grant_id = fields.UUID(required=True)
    quantity = Count(min=1, required=True)


class RetirementIn(Schema):
    """Billing's refund and what it is for; the same refund is taken once."""

    organization_id = fields.UUID(required=True)
    refund_id = fields.UUID(required=True)
    seats = fields.List(fields.Nested(RetiredIn), required=True, validate=validate.Length(1, 100))
