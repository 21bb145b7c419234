"""What passes between identity and other services, as JSON."""

from marshmallow import EXCLUDE, Schema, fields, validate

from identity.usecases.make_link import PURPOSES


class ServiceTokenOut(Schema):
    """A service's token (RFC 6749)."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True)


class RevocationsQuery(Schema):
    """``since`` is the cursor of the answer before; empty for everything that still matters."""

    class Meta:
        unknown = EXCLUDE

    since = fields.String(load_default="", validate=validate.Regexp(r"^[0-9]{0,19}$"))


class RevocationsOut(Schema):
    """Sessions that ended, and where to go on."""

    revoked = fields.List(fields.UUID(), required=True)
    cursor = fields.String(required=True)


class LinkIn(Schema):
    """An invitation's id, for the verification of an address the user's, for a new password the reset's."""

    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    id = fields.UUID(required=True)


class LinkOut(Schema):
    """The link to mail."""

    url = fields.String(required=True)
