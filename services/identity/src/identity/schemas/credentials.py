"""Passwords and second factors as JSON."""

from marshmallow import EXCLUDE, Schema, fields, validate

from chassis.fields import Moment
from identity.schemas.fields import EXAMPLE_ID, Code, Email, NewPassword, Password


class ResetAsked(Schema):
    """The address to send a link to."""

    email = Email(required=True)


class ResetPromised(Schema):
    """The same for every address."""

    message = fields.String(required=True, metadata={"example": "If the address has an account, a link is on its way."})


class ResetIn(Schema):
    """The token of the link that was mailed, and the password from now on."""

    token = fields.String(required=True, load_only=True, validate=validate.Length(1, 512))
    password = NewPassword(required=True, load_only=True)


class ResetQuery(Schema):
    """The link's own token."""

    class Meta:
        unknown = EXCLUDE

    token = fields.String(required=True, validate=validate.Length(1, 512))


class PasswordChangeIn(Schema):
    """The password so far and from now on."""

    current_password = Password(required=True, load_only=True)
    new_password = NewPassword(required=True, load_only=True)


class Demanding(Schema):
    """An organization of the caller that demands a second factor."""

    id = fields.UUID(required=True, metadata={"example": EXAMPLE_ID})
    name = fields.String(required=True, metadata={"example": "Bright Futures Foundation"})


class TotpOut(Schema):
    """Whether signing in asks for a code."""

    enabled = fields.Boolean(required=True)
    confirmed_at = Moment(required=True, allow_none=True)
    recovery_codes_left = fields.Integer(required=True, metadata={"example": 10})
    required_by = fields.List(
        fields.Nested(Demanding),
        required=True,
        metadata={"description": "For these the caller can act only with an authenticator app."},
    )


class PasswordIn(Schema):
    """The caller's password, once more."""

    password = Password(required=True, load_only=True)


class CodeIn(Schema):
    """A code the app shows."""

    code = Code(required=True)


class PasswordAndCodeIn(PasswordIn):
    """Both, once more."""

    code = Code(required=True)


class TotpBegun(Schema):
    """What an authenticator app needs; shown this once."""

    secret = fields.String(required=True, metadata={"example": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})
    otpauth_uri = fields.String(
        required=True,
        metadata={"example": "otpauth://totp/Ufadhili:amina%40example.org?secret=…", "description": "For a QR code."},
    )


class RecoveryCodesOut(Schema):
    """Ten codes, each good once in the place of the app's; shown this once."""

    recovery_codes = fields.List(fields.String(), required=True, metadata={"example": ["q7mc-x2hd-9rvk-t4wn"]})


class SecondFactorRule(Schema):
    """What an organization demands of its members."""

    required = fields.Boolean(required=True, metadata={"example": True})


class SecondFactorRuleOut(SecondFactorRule):
    """The rule, and whom it concerns."""

    since = Moment(required=True, allow_none=True)
    members_with = fields.Integer(required=True, metadata={"example": 11})
    members_without = fields.Integer(
        required=True, metadata={"description": "These cannot act for the organization while it holds.", "example": 1}
    )
