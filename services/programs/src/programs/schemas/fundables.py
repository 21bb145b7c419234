"""What billing is told of a sponsorship or a program that it has not heard of yet."""

from marshmallow import Schema, fields, validate

from chassis.fields import Moment
from programs.models import PROGRAM_STATES, SPONSORSHIP_STATES


class FundableOut(Schema):
    """Amounts are minor units; ``name`` is a program's; ``state`` holds since ``changed_at``."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(("sponsorship", "program")))
    organization_id = fields.UUID()
    amount_minor = fields.Integer()
    currency = fields.String()
    state = fields.String(validate=validate.OneOf(sorted({*SPONSORSHIP_STATES, *PROGRAM_STATES})))
    start_date = fields.Date()
    end_date = fields.Date()
    name = fields.String(allow_none=True)
    description = fields.String()
    changed_at = Moment()
