"""Credit notes."""

from marshmallow import Schema, fields

from chassis.amounts import Major
from chassis.paging import PageQuery, PageSchema


class CreditNoteQuery(PageQuery):
    """Which credit notes, by the day they were issued."""

    invoice_id = fields.UUID()
    from_ = fields.Date(data_key="from", metadata={"description": "First day.", "example": "2026-01-01"})
    to = fields.Date(metadata={"description": "Last day.", "example": "2026-12-31"})


class CreditNoteLineOut(Schema):
    """One line: what is taken back."""

    product = fields.String(metadata={"example": "seat"})
    description = fields.String(metadata={"example": "Sponsored seat, 5 seats for 3 months"})
    quantity = fields.Integer()
    unit = fields.String(allow_none=True, metadata={"description": "What is counted, as on the invoice."})
    usage_month = fields.Date(allow_none=True, metadata={"description": "The month it was used in, if metered."})
    months = fields.Integer()
    net = Major("net_minor")
    tax_rate = fields.Raw(metadata={"type": "number", "description": "Percent.", "example": 0})
    tax = Major("tax_minor", metadata={"example": 0})


class CreditNoteOut(Schema):
    """A credit note."""

    id = fields.UUID()
    number = fields.String(metadata={"example": "CN-2026-001"})
    invoice_id = fields.UUID()
    invoice_number = fields.String(metadata={"example": "INV-2026-001"})
    refund_id = fields.UUID(allow_none=True)
    month = fields.Date(
        allow_none=True, metadata={"description": "First day of the month whose closing took usage back."}
    )
    cohort_id = fields.UUID(allow_none=True)
    reason = fields.String()
    currency = fields.String(metadata={"example": "KES"})
    net = Major("net_minor")
    tax = Major("tax_minor", metadata={"example": 0})
    total = Major("total_minor")
    issued_on = fields.Date()
    lines = fields.List(fields.Nested(CreditNoteLineOut))
    pdf_url = fields.String(metadata={"example": "/api/v1/billing/credit-notes/…/pdf/"})


class CreditNotePage(PageSchema):
    """A page of credit notes, the latest first."""

    items = fields.List(fields.Nested(CreditNoteOut))
