"""Who is of age."""

from marshmallow import Schema, fields, validate

_MOST = 1_000


class AdultsIn(Schema):
    """Accounts."""

    user_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, _MOST))


class AdultsOut(Schema):
    """Those of them who are known to be of age."""

    adults = fields.List(fields.UUID())
