"""Disbursements."""

from marshmallow import Schema, fields, validate

from billing.models.disbursements import STATES
from billing.schemas.partner_payments import Listed
from chassis.amounts import Major
from chassis.fields import Choice, Moment
from chassis.paging import PageQuery


class DisbursementQuery(PageQuery):
    """Which disbursements, by the day they are due."""

    status = Choice("disbursement status", STATES)
    sponsorship_id = fields.UUID()
    program_id = fields.UUID()
    start_date = fields.Date(metadata={"description": "First day.", "example": "2026-01-01"})
    end_date = fields.Date(metadata={"description": "Last day.", "example": "2026-12-31"})


class DisbursementOut(Schema):
    """A part of what a sponsorship or a program gets."""

    id = fields.UUID()
    amount = Major("amount_minor", metadata={"example": 75000})
    currency = fields.String(metadata={"example": "KES"})
    status = fields.String(attribute="state", validate=validate.OneOf(STATES))
    description = fields.String(metadata={"example": "Monthly scholarship disbursement - March 2026"})
    sponsorship_id = fields.UUID(allow_none=True)
    program_id = fields.UUID(allow_none=True)
    due_date = fields.Date(attribute="due_on")
    disbursed_date = fields.Date(attribute="made_on", allow_none=True)
    disbursed_at = Moment(attribute="made_at", allow_none=True)
    cancelled_at = Moment(allow_none=True)


class DisbursementsOut(Listed):
    """A page of disbursements, the next first."""

    disbursements = fields.List(fields.Nested(DisbursementOut))
