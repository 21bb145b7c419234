"""Payments of partners, and their invoices."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from billing.queries.partner_invoices import STATUSES as INVOICE_STATUSES
from billing.queries.partner_payments import METHODS, STATUSES
from billing.schemas.fields import ReturnUrl
from chassis.amounts import Major
from chassis.fields import Choice, Count, Moment, Text
from chassis.paging import PageQuery

_MOST = 1000
"""Sponsorships a payment can fund."""


class PartnerPaymentIn(Schema):
    """A payment for a program, for sponsorships, or for neither yet."""

    amount = Count(min=1, required=True, metadata={"description": "Major units of the currency.", "example": 150000})
    currency = fields.String(
        validate=validate.Regexp(r"^[A-Z]{3}$", error="Not a currency code such as KES."),
        metadata={"description": "Your organization's own, which it is when left out.", "example": "KES"},
    )
    method = Choice("payment method", METHODS, required=True, metadata={"example": "bank_transfer"})
    program_id = fields.UUID(metadata={"description": "The program to fund."})
    sponsorship_ids = fields.List(
        fields.UUID(),
        validate=validate.Length(1, _MOST),
        metadata={"description": "The sponsorships to fund, in proportion to what each still lacks."},
    )
    description = Text(
        200, metadata={"description": "Stands on the invoice; name nobody.", "example": "Q2 2026 program funding"}
    )
    bank_reference = Text(
        100, metadata={"description": "What your bank calls the transfer; required for one.", "example": "BT_REF_12345"}
    )
    success_url = ReturnUrl(metadata={"description": "Where the payer goes afterwards."})
    cancel_url = ReturnUrl(metadata={"description": "Where the payer goes who gives up."})

    @validates_schema
    def _fits(self, read: dict[str, Any], **_: Any) -> None:
        if read["method"] == "bank_transfer" and "bank_reference" not in read:
            raise ValidationError("Required for a bank transfer.", "bank_reference")
        if read["method"] != "bank_transfer" and "bank_reference" in read:
            raise ValidationError("Only a bank transfer has one.", "bank_reference")
        if "program_id" in read and "sponsorship_ids" in read:
            raise ValidationError("Fund a program or sponsorships, not both at once.", "sponsorship_ids")
        ids = read.get("sponsorship_ids", ())
        if len(set(ids)) != len(ids):
            raise ValidationError("Name each sponsorship once.", "sponsorship_ids")


class OpenedPayment(Schema):
    """A payment that is awaited."""

    id = fields.UUID()
    amount = Major("amount_minor", metadata={"example": 150000})
    currency = fields.String(metadata={"example": "KES"})
    method = fields.String(metadata={"example": "bank_transfer"})
    status = fields.String(metadata={"example": "pending"})
    created_at = Moment()
    message = fields.String(metadata={"example": "Payment initiated. Bank transfer verification pending."})
    checkout_url = fields.String(
        metadata={"description": "Where the payer goes on.", "example": "http://localhost:8000/pay/…"}
    )


class PartnerPaymentQuery(PageQuery):
    """Which payments; days are those of the organization's time zone."""

    status = Choice("payment status", STATUSES)
    method = Choice("payment method", METHODS)
    start_date = fields.Date(metadata={"description": "First day.", "example": "2026-01-01"})
    end_date = fields.Date(metadata={"description": "Last day.", "example": "2026-12-31"})


class PartnerPayment(Schema):
    """A payment."""

    id = fields.UUID()
    amount = Major("amount_minor", metadata={"example": 75000})
    currency = fields.String(metadata={"example": "KES"})
    method = fields.String(metadata={"example": "bank_transfer"})
    status = fields.String(
        validate=validate.OneOf(STATUSES), metadata={"description": "refunded when all of it went back."}
    )
    description = fields.String(metadata={"example": "Monthly scholarship disbursement - February 2026"})
    reference = fields.String(allow_none=True, metadata={"example": "BT_20260201_001"})
    program_id = fields.UUID(allow_none=True)
    created_at = Moment()
    completed_at = Moment(allow_none=True)


class FundedBy(Schema):
    """What a payment gives to one of them."""

    sponsorship_id = fields.UUID()
    program_id = fields.UUID()
    amount = Major("amount_minor", metadata={"description": "What was meant for it.", "example": 75000})
    allocated = Major("allocated_minor", metadata={"description": "What it has of that now.", "example": 75000})


class OnePartnerPayment(PartnerPayment):
    """A payment, and what it funds."""

    funds = fields.List(fields.Nested(FundedBy))
    checkout_url = fields.String(allow_none=True, metadata={"description": "Where it can be paid while it is pending."})


class PaymentSummary(Schema):
    """What the organization paid, refunds taken off, and what is awaited."""

    total_paid = Major("total_paid_minor", metadata={"example": 2200000})
    this_month = Major("this_month_minor", metadata={"example": 75000})
    pending = Major("pending_minor", metadata={"example": 150000})
    credit = Major("credit_minor", metadata={"description": "Held, and for nothing yet.", "example": 0})
    currency = fields.String(metadata={"example": "KES"})


class Listed(Schema):
    """Base of a list answer."""

    total = fields.Integer()
    page = fields.Integer()
    limit = fields.Integer()
    pages = fields.Integer()


class PartnerPayments(Listed):
    """A page of payments, the latest first, and the sums over all of them."""

    payments = fields.List(fields.Nested(PartnerPayment))
    summary = fields.Nested(PaymentSummary)


class PartnerInvoiceQuery(PageQuery):
    """Which invoices."""

    status = Choice("invoice status", INVOICE_STATUSES)


class PartnerInvoice(Schema):
    """An invoice; a draft has no number, no days and no document yet."""

    id = fields.UUID()
    invoice_number = fields.String(allow_none=True, metadata={"example": "INV-2026-001"})
    amount = Major("amount_minor", metadata={"example": 75000})
    currency = fields.String(metadata={"example": "KES"})
    status = fields.String(validate=validate.OneOf(INVOICE_STATUSES))
    description = fields.String(metadata={"example": "Monthly scholarship disbursement - February 2026"})
    program = fields.String(allow_none=True, metadata={"example": "Nairobi STEM Scholars 2026"})
    issued_date = fields.Date(allow_none=True)
    due_date = fields.Date(allow_none=True)
    paid_date = fields.Date(allow_none=True)
    download_url = fields.String(allow_none=True, metadata={"example": "/api/v1/partner/payments/invoices/…/pdf"})


class PartnerInvoices(Listed):
    """A page of invoices, the latest first."""

    invoices = fields.List(fields.Nested(PartnerInvoice))
