"""Monthly statements of cohorts."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from billing.models.invoices import STATES
from billing.rules import Month
from billing.schemas.invoices import InvoiceLineOut
from chassis.amounts import Major
from chassis.fields import Moment
from chassis.paging import PageQuery, PageSchema


class MonthField(fields.Field[Month]):
    """A month as ``2026-10``."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"type": "string", "pattern": r"^\d{4}-\d{2}$", "example": "2026-10", **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Month:
        try:
            return Month.parse(value)
        except (TypeError, ValueError):
            raise ValidationError("Not a month such as 2026-10.") from None


class CohortStatementQuery(PageQuery):
    """Which statements."""

    month = MonthField(metadata={"description": "In the seller's time zone; the current one when left out."})
    cohort_id = fields.UUID(metadata={"description": "Of this cohort only."})


class PurchaseOut(Schema):
    """A purchase of seats that covered students of the cohort."""

    grant_id = fields.UUID()
    checkout_id = fields.UUID()
    quantity = fields.Integer(metadata={"description": "Seats of the purchase, those refunded left out."})
    valid_from = Moment()
    valid_until = Moment()
    students = fields.Integer(metadata={"description": "Students of the cohort it covered, for a while or all along."})


class StatementLineOut(InvoiceLineOut):
    """A metered line, in its own currency."""

    currency = fields.String(metadata={"example": "KES"})


class StatementInvoiceOut(Schema):
    """An invoice of the statement's lines, of one currency."""

    id = fields.UUID()
    number = fields.String(metadata={"example": "INV-2026-001"})
    status = fields.String(attribute="state", validate=validate.OneOf(STATES))
    currency = fields.String(metadata={"example": "KES"})
    total = Major("total_minor")
    due = Major("due_minor")
    due_on = fields.Date()
    pdf_url = fields.String(metadata={"example": "/api/v1/billing/invoices/…/pdf/"})


class StatementCreditNoteOut(Schema):
    """A credit note that the month's closing issued, of an invoice of this month or an earlier one."""

    id = fields.UUID()
    number = fields.String(metadata={"example": "CN-2026-001"})
    invoice_id = fields.UUID()
    invoice_number = fields.String(metadata={"example": "INV-2026-001"})
    currency = fields.String(metadata={"example": "KES"})
    total = Major("total_minor")
    pdf_url = fields.String(metadata={"example": "/api/v1/billing/credit-notes/…/pdf/"})


class UnbilledOut(Schema):
    """What could not be billed when the month was closed; it will be with a later one."""

    product = fields.String(metadata={"example": "mentor_session"})
    currency = fields.String(allow_none=True, metadata={"example": "TZS"})
    reason = fields.String(
        validate=validate.OneOf(["no_price", "exceeds_invoice"]),
        metadata={
            "description": "There is no price in that currency, or it would take back more than is left of its invoice."
        },
    )
    usages = fields.Integer()


class CohortStatementOut(Schema):
    """A month of a cohort. Once closed it never changes."""

    month = fields.Date(metadata={"description": "Its first day.", "example": "2026-10-01"})
    state = fields.String(validate=validate.OneOf(["open", "closed"]))
    closed_at = Moment(allow_none=True)
    cohort_id = fields.UUID(allow_none=True, metadata={"description": "None for usage of no cohort."})
    cohort_name = fields.String(allow_none=True)
    seats_used = fields.Integer(metadata={"description": "Students who held a seat in the month."})
    uncovered = fields.Integer(
        allow_none=True, metadata={"description": "Those of them no purchase covered. None while the month is open."}
    )
    purchases = fields.List(fields.Nested(PurchaseOut), metadata={"description": "Known once the month is closed."})
    lines = fields.List(fields.Nested(StatementLineOut))
    invoices = fields.List(fields.Nested(StatementInvoiceOut))
    credit_notes = fields.List(
        fields.Nested(StatementCreditNoteOut),
        metadata={"description": "What was taken back when the month was closed."},
    )
    unbilled = fields.List(fields.Nested(UnbilledOut))


class CohortStatementPage(PageSchema):
    """A page of statements, by the cohorts' names."""

    items = fields.List(fields.Nested(CohortStatementOut))
