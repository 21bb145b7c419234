"""Reconciliations with the payment provider."""

from marshmallow import Schema, fields, validate

from chassis.amounts import Major
from chassis.fields import Moment
from chassis.paging import PageQuery, PageSchema


class ReconciliationQuery(PageQuery):
    """A page of days."""


class ReconciliationOut(Schema):
    """A day that was compared."""

    provider = fields.String(metadata={"example": "gateway"})
    day = fields.Date()
    compared_at = Moment()
    cleared = fields.Integer(metadata={"description": "Payments and refunds that are alike on both sides."})


class ReconciliationPage(PageSchema):
    """A page of days, the latest first."""

    items = fields.List(fields.Nested(ReconciliationOut))


class DifferenceQuery(PageQuery):
    """Which differences."""

    status = fields.String(load_default="open", validate=validate.OneOf(("open", "cleared", "all")))
    day = fields.Date()


class DifferenceOut(Schema):
    """What does not clear. Amounts are negative when the money went back."""

    provider = fields.String(metadata={"example": "gateway"})
    reference = fields.String(metadata={"example": "payment:gateway:pay_7Qm2"})
    day = fields.Date()
    kind = fields.String(validate=validate.OneOf(("not_in_ledger", "not_at_provider", "other_amount")))
    currency = fields.String(metadata={"example": "KES"})
    at_provider = Major("provider_minor", allow_none=True)
    in_ledger = Major("ledger_minor", allow_none=True)
    organization_id = fields.UUID(allow_none=True)
    found_at = Moment()
    cleared_at = Moment(allow_none=True)


class DifferencePage(PageSchema):
    """A page of differences, the latest first."""

    items = fields.List(fields.Nested(DifferenceOut))
