"""Invoices."""

from marshmallow import Schema, fields, validate

from billing.models.invoices import STATES
from chassis.amounts import Major
from chassis.fields import Moment
from chassis.paging import PageQuery, PageSchema


class InvoiceQuery(PageQuery):
    """Which invoices, by the day they were issued."""

    status = fields.String(validate=validate.OneOf(STATES))
    from_ = fields.Date(data_key="from", metadata={"description": "First day.", "example": "2026-01-01"})
    to = fields.Date(metadata={"description": "Last day.", "example": "2026-12-31"})


class InvoiceLineOut(Schema):
    """One line."""

    product = fields.String(metadata={"example": "seat"})
    description = fields.String(metadata={"example": "Sponsored seat, 25 seats for 3 months"})
    quantity = fields.Integer(metadata={"description": "Of unit."})
    unit = fields.String(validate=validate.OneOf(["seat", "session", "minute", "placement", "contribution"]))
    months = fields.Integer()
    unit_price = Major("unit_minor", metadata={"description": "For a seat and month, session, hour or placement."})
    net = Major("net_minor")
    tax_rate = fields.Raw(metadata={"type": "number", "description": "Percent.", "example": 0})
    tax = Major("tax_minor", metadata={"example": 0})
    usage_month = fields.Date(allow_none=True, metadata={"description": "The month it was used in, if metered."})
    corrects = fields.Boolean(metadata={"description": "Changes what was billed, or came too late for its own month."})
    placement_id = fields.UUID(allow_none=True, metadata={"description": "Whose salary a revenue share is of."})


class InvoiceOut(Schema):
    """An invoice."""

    id = fields.UUID()
    number = fields.String(metadata={"example": "INV-2026-001"})
    status = fields.String(
        attribute="state",
        validate=validate.OneOf(STATES),
        metadata={"description": "credited: credit notes took all of it back before it was paid."},
    )
    cohort_id = fields.UUID(allow_none=True)
    month = fields.Date(allow_none=True, metadata={"description": "First day of the month that it bills the usage of."})
    currency = fields.String(metadata={"example": "KES"})
    net = Major("net_minor")
    tax = Major("tax_minor", metadata={"example": 0})
    total = Major("total_minor")
    credited = Major(
        "credited_minor",
        metadata={"description": "Taken back by credit notes that correct it; refunds have their own.", "example": 0},
    )
    due = Major("due_minor", metadata={"description": "To be paid: 0 once it is paid, or credited in full."})
    issued_on = fields.Date()
    due_on = fields.Date()
    paid_at = Moment(allow_none=True)
    payment_reference = fields.String(
        allow_none=True, metadata={"description": "The provider's reference of the payment."}
    )
    payment_method = fields.String(allow_none=True, metadata={"example": "mpesa"})
    lines = fields.List(fields.Nested(InvoiceLineOut))
    pdf_url = fields.String(metadata={"example": "/api/v1/billing/invoices/…/pdf/"})


class InvoicePage(PageSchema):
    """A page of invoices, the latest first."""

    items = fields.List(fields.Nested(InvoiceOut))
