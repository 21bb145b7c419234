"""Checkout sessions."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from billing import rules
from billing.schemas.fields import ReturnUrl
from chassis.amounts import Major
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
    """A purchase, or an invoice, to be paid on our payment page: give ``items`` or ``invoice_id``."""

    items = fields.List(fields.Nested(ItemIn), validate=validate.Length(1, rules.MAX_LINES))
    invoice_id = fields.UUID(
        metadata={"description": "Pay this invoice, all of it, in its currency; instead of items."},
    )
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

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _one_of_two(self, _: Any, given: Any, **__: Any) -> None:
        if not isinstance(given, dict):
            return  # told already
        if "invoice_id" not in given and "items" not in given:
            raise ValidationError("Missing data for required field.", "items")
        for name in ("items", "cohort_id", "currency"):
            if "invoice_id" in given and name in given:
                raise ValidationError("An invoice is paid as it is; leave this out.", name)


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
    invoice_id = fields.UUID(allow_none=True, metadata={"description": "The invoice that it pays."})
    transfer_reference = fields.String(
        allow_none=True, metadata={"description": "To be written on the bank transfer.", "example": "UF-7K3M-92QX"}
    )
    created_at = Moment()
    expires_at = Moment()
    completed_at = Moment(allow_none=True)
    items = fields.List(fields.Nested(ItemOut))
