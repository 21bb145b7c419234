"""The catalog."""

from marshmallow import EXCLUDE, Schema, fields, validate


class CatalogQuery(Schema):
    """Prices in one currency."""

    class Meta:
        unknown = EXCLUDE

    currency = fields.String(
        validate=validate.Regexp(r"^[A-Z]{3}$", error="Not a currency code such as KES."),
        metadata={"description": "ISO 4217; the first one offered when left out.", "example": "KES"},
    )


class Tax(Schema):
    """Tax on top of the price."""

    rate = fields.Raw(metadata={"type": "number", "description": "Percent.", "example": 0})
    exempt = fields.Boolean()
    note = fields.String(metadata={"example": "Exempt: educational service."})


class ProductOut(Schema):
    """One product."""

    product = fields.String(metadata={"example": "seat"})
    name = fields.String(metadata={"example": "Sponsored seat"})
    unit = fields.String(metadata={"example": "active student per month"})
    price = fields.Raw(metadata={"type": "number", "description": "Per unit, before tax.", "example": 20000})
    price_kind = fields.String(
        validate=validate.OneOf(["amount", "percent"]),
        metadata={"description": "Whether price is money or a percentage."},
    )
    tax = fields.Nested(Tax)
    grants = fields.String(metadata={"description": "What the buyer gets."})
    bought_ahead = fields.Boolean(metadata={"description": "Sold by a checkout; otherwise invoiced as it is used."})


class CatalogOut(Schema):
    """All products in one currency."""

    currency = fields.String(metadata={"example": "KES"})
    currencies = fields.List(fields.String(), metadata={"description": "In which there are prices."})
    products = fields.List(fields.Nested(ProductOut))
