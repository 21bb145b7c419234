"""The published keys, as JSON (RFC 7517)."""

from marshmallow import Schema, fields


class JwkOut(Schema):
    """One public key."""

    kty = fields.String(required=True, metadata={"example": "RSA"})
    kid = fields.String(required=True, metadata={"description": "The key's thumbprint (RFC 7638)."})
    use = fields.String(required=True, metadata={"example": "sig"})
    alg = fields.String(required=True, metadata={"example": "RS256"})
    n = fields.String(required=True)
    e = fields.String(required=True, metadata={"example": "AQAB"})


class JwksOut(Schema):
    """Every key a token may be signed with."""

    keys = fields.List(fields.Nested(JwkOut), required=True)
