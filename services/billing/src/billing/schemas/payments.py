"""Payments, their verification, and their refunds."""

from marshmallow import Schema, fields, validate

from billing.models.payments import STATES
from billing.models.refunds import STATES as REFUND_STATES
from chassis.amounts import Major
from chassis.fields import Count, Moment, Text
from chassis.paging import PageQuery, PageSchema


class PaymentQuery(PageQuery):
    """Which payments."""

    status = fields.String(validate=validate.OneOf(STATES))
    reference = fields.String(
        validate=validate.Length(1, 200),
        metadata={
            "description": "Of the provider or bank, the payer's, or ours on a transfer.",
            "example": "UF-7K3M-92QX",
        },
    )


class PaymentOut(Schema):
    """A payment."""

    id = fields.UUID()
    organization_id = fields.UUID()
    checkout_id = fields.UUID()
    status = fields.String(attribute="state", validate=validate.OneOf(STATES))
    reason = fields.String(allow_none=True, metadata={"description": "Why it failed, or has paid for nothing."})
    method = fields.String(metadata={"example": "bank_transfer"})
    provider = fields.String(metadata={"description": "bank for a transfer, credit for money held from before."})
    reference = fields.String(allow_none=True, metadata={"description": "The provider's or the bank's."})
    transfer_reference = fields.String(allow_none=True, metadata={"example": "UF-7K3M-92QX"})
    bank_reference = fields.String(
        allow_none=True,
        metadata={"description": "What the payer says the bank calls the transfer.", "example": "BT_REF_12345"},
    )
    amount = Major("amount_minor")
    currency = fields.String(metadata={"example": "KES"})
    occurred_at = Moment()
    recorded_at = Moment()


class OnePaymentOut(PaymentOut):
    """A payment, and what of it has paid for nothing."""

    credit = Major("credit_minor", metadata={"description": "Can be refunded or applied.", "example": 0})


class PaymentPage(PageSchema):
    """A page of payments, the latest first."""

    items = fields.List(fields.Nested(PaymentOut))


class VerifyIn(Schema):
    """The transfer as the bank shows it."""

    reference = Text(100, required=True, metadata={"description": "The bank's own.", "example": "FT26013K7X2Q"})
    amount = fields.Decimal(
        required=True,
        metadata={"type": "number", "description": "Major units of the payment's currency.", "example": 300000},
    )
    received_at = Moment(metadata={"description": "Now when left out."})


class ApplyIn(Schema):
    """What credit is to pay: an open checkout, of seats or of an invoice."""

    checkout_id = fields.UUID(required=True)


class SeatsIn(Schema):
    """Some seats of a grant."""

    grant_id = fields.UUID(required=True)
    quantity = Count(min=1, required=True, metadata={"example": 5})


class RefundIn(Schema):
    """What goes back. With nothing but a reason: everything that is left."""

    reason = Text(
        500,
        required=True,
        metadata={"description": "Stands on the credit note; name nobody.", "example": "Five students fewer."},
    )
    seats = fields.List(
        fields.Nested(SeatsIn),
        validate=validate.Length(1, 100),
        metadata={"description": "Of a payment that bought seats; see the windows of the entitlements."},
    )
    months = fields.String(
        load_default="all",
        validate=validate.OneOf(("all", "unused")),
        metadata={"description": "Of the seats: all months, or only those that have not begun."},
    )
    amount = fields.Decimal(
        metadata={
            "type": "number",
            "description": "Of a payment that bought no seats, in major units of its currency.",
            "example": 150000,
        }
    )
    reference = Text(
        100, metadata={"description": "Of a bank transfer only: the bank's reference of the transfer back."}
    )


class RefundedSeats(Schema):
    """Seats that go back, and what they come to."""

    grant_id = fields.UUID()
    quantity = fields.Integer()
    months = fields.Integer()
    net = Major("net_minor")
    tax = Major("tax_minor", metadata={"example": 0})


class RefundedFunds(Schema):
    """Money of a sponsorship or program that goes back."""

    sponsorship_id = fields.UUID()
    program_id = fields.UUID()
    amount = Major("amount_minor")


class RefundOut(Schema):
    """A refund."""

    id = fields.UUID()
    organization_id = fields.UUID()
    payment_id = fields.UUID()
    status = fields.String(
        attribute="state",
        validate=validate.OneOf(REFUND_STATES),
        metadata={
            "description": (
                "requested (held), approved (its seats are taken away, the provider is being asked), pending (the "
                "provider has taken it), completed, failed."
            )
        },
    )
    reason = fields.String()
    failure = fields.String(allow_none=True, metadata={"description": "Why it failed.", "example": "refund_declined"})
    amount = Major("amount_minor")
    net = Major("net_minor")
    tax = Major("tax_minor", metadata={"example": 0})
    currency = fields.String(metadata={"example": "KES"})
    provider = fields.String()
    reference = fields.String(allow_none=True, metadata={"description": "The provider's or the bank's."})
    seats = fields.List(fields.Nested(RefundedSeats))
    funds = fields.List(fields.Nested(RefundedFunds))
    credit_note_id = fields.UUID(allow_none=True)
    credit_note_number = fields.String(allow_none=True, metadata={"example": "CN-2026-001"})
    requested_at = Moment()
    completed_at = Moment(allow_none=True)


class RefundQuery(PageQuery):
    """Which refunds."""

    status = fields.String(validate=validate.OneOf(REFUND_STATES))
    payment_id = fields.UUID()


class RefundPage(PageSchema):
    """A page of refunds, the latest first."""

    items = fields.List(fields.Nested(RefundOut))
