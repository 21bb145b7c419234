"""Checkout sessions."""

from marshmallow import Schema, fields, validate

from billing import rules
from billing.schemas.fields import Major, ReturnUrl
from chassis.fields import Count, Moment, Text

METHODS = ("mpesa", "card", "bank_transfer")


class ItemIn(Schema):
    """What to buy, and how much of it."""

    product = Text(40, required=True, metadata={"example": "seat"})
    quantity = Count(min=1, max=rules.MAX_QUANTITY, required=True, metadata={"example": 25})
    months = Count(
        min=1,
        max=rules.MAX_MONTHS,
        load_default=1,
        metadata={"description": "For how many calendar months.", "example": 3},
    )


class CheckoutIn(Schema):
    """A purchase to be paid on our payment page."""

    items = fields.List(fields.Nested(ItemIn), required=True, validate=validate.Length(1, rules.MAX_LINES))
    method = fields.String(
        required=True,
        validate=validate.OneOf(METHODS),
        metadata={"description": "How the payer means to pay.", "example": "mpesa"},
    )
    success_url = ReturnUrl(
        required=True,
        metadata={"description": "Where the payer goes afterwards.", "example": "https://sponsor.example/paid"},
    )
    cancel_url = ReturnUrl(
        required=True,
        metadata={"description": "Where the payer goes who gives up.", "example": "https://sponsor.example/cart"},
    )
    cohort_id = fields.UUID(metadata={"description": "The seats are for this cohort only."})
    currency = fields.String(
        validate=validate.Regexp(r"^[A-Z]{3}$", error="Not a currency code such as KES."),
        metadata={"description": "One of the catalog's currencies; its first when left out.", "example": "KES"},
    )


class ItemOut(Schema):
    """A line, at the price of the moment the checkout was opened."""

    product = fields.String()
    name = fields.String()
    quantity = fields.Integer()
    months = fields.Integer()
    unit_price = Major("unit_minor")
    net = Major("net_minor")
    tax = Major("tax_minor")


class CheckoutOut(Schema):
    """A checkout session."""

    id = fields.UUID()
    url = fields.String(metadata={"description": "Send the payer here.", "example": "http://localhost:8000/pay/…"})
    state = fields.String(validate=validate.OneOf(["open", "paid", "expired", "cancelled"]))
    amount = Major("amount_minor", metadata={"description": "Tax included."})
    net = Major("net_minor")
    tax = Major("tax_minor")
    currency = fields.String(metadata={"example": "KES"})
    method = fields.String()
    cohort_id = fields.UUID(allow_none=True)
    created_at = Moment()
    expires_at = Moment()
    completed_at = Moment(allow_none=True)
    items = fields.List(fields.Nested(ItemOut))
