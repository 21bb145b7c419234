"""People, their tokens and sessions, as JSON."""

from typing import Any

from marshmallow import Schema, fields, post_dump, validate

from chassis.fields import Moment, Text
from identity.schemas.fields import EXAMPLE_ID, Code, Email, NewPassword, Password
from identity.schemas.organizations import OrganizationIn, OrganizationOut


class UserOut(Schema):
    """A person with an account."""

    id = fields.UUID(required=True, metadata={"example": EXAMPLE_ID})
    email = fields.String(required=True, metadata={"example": "amina@example.org"})
    name = fields.String(required=True, metadata={"example": "Amina Odhiambo"})
    email_verified = fields.Boolean(required=True, metadata={"description": "Proved by a link sent there."})
    created_at = Moment(required=True)


class SecondFactorNoted(Schema):
    """Tokens, and whether they are good for no more than setting up a second factor."""

    second_factor_required = fields.Boolean(
        metadata={
            "description": "Only when true: the organization demands an authenticator app, and until one is set up "
            "(POST /auth/totp/enrol/, then /auth/totp/confirm/) the token speaks for the person alone. Then refresh."
        }
    )

    @post_dump
    def _only_when_so(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if not data.get("second_factor_required"):
            data.pop("second_factor_required", None)
        return data


class TokensOut(SecondFactorNoted):
    """What a client keeps after signing in."""

    access_token = fields.String(required=True, metadata={"description": "A JWT for the Authorization header."})
    refresh_token = fields.String(required=True, metadata={"description": "Good for one exchange at /auth/refresh."})
    token_type = fields.String(required=True, metadata={"example": "Bearer"})
    expires_in = fields.Integer(
        required=True, metadata={"description": "Seconds the access token holds.", "example": 900}
    )


class SignUpIn(Schema):
    """A new account, perhaps with the organization it administers."""

    email = Email(required=True)
    password = NewPassword(required=True)
    name = Text(200, required=True, metadata={"example": "Amina Odhiambo"})
    organization = fields.Nested(OrganizationIn)


class SignUpOut(Schema):
    """The account, signed in."""

    user = fields.Nested(UserOut, required=True)
    organization = fields.Nested(OrganizationOut, required=True, allow_none=True)
    tokens = fields.Nested(TokensOut, required=True)


class LoginIn(Schema):
    """Address and password."""

    email = Email(required=True)
    password = Password(required=True)
    customer_domain = fields.String(
        validate=validate.Length(1, 63),
        metadata={
            "description": "Slug of the organization to speak for; without it the one used last.",
            "example": "bright-futures",
        },
    )
    code = Code(metadata={"description": "Asked of an account with a second factor: six digits, or a recovery code."})


class LoginUser(Schema):
    """Who logged in, and what they may do in the organization the token speaks for."""

    id = fields.UUID(required=True, metadata={"example": EXAMPLE_ID})
    email = fields.String(required=True, metadata={"example": "amina@example.org"})
    name = fields.String(required=True, metadata={"example": "Amina Odhiambo"})
    role = fields.String(
        required=True, allow_none=True, metadata={"description": "The strongest role held.", "example": "admin"}
    )
    customer_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The organization.", "example": EXAMPLE_ID}
    )
    permissions = fields.List(
        fields.String(), required=True, metadata={"example": ["dashboard.view", "reports.create"]}
    )


class LoginOut(SecondFactorNoted):
    """Tokens and person."""

    access_token = fields.String(required=True, metadata={"description": "A JWT for the Authorization header."})
    refresh_token = fields.String(required=True, metadata={"description": "Good for one exchange at /auth/refresh."})
    user = fields.Nested(LoginUser, required=True)
    expires_in = fields.Integer(
        required=True, metadata={"description": "Seconds the access token holds.", "example": 900}
    )


class RefreshIn(Schema):
    """The refresh token to exchange."""

    refresh_token = fields.String(required=True, validate=validate.Length(1, 512))


class SwitchIn(Schema):
    """The organization to speak for, or null for none."""

    organization_id = fields.UUID(required=True, allow_none=True)


class SessionOut(Schema):
    """A sign-in on one device."""

    id = fields.UUID(required=True)
    organization_id = fields.UUID(required=True, allow_none=True)
    organization_name = fields.String(required=True, allow_none=True)
    device = fields.String(required=True, allow_none=True, metadata={"description": "The client's User-Agent."})
    created_at = Moment(required=True)
    last_used_at = Moment(required=True)
    ends_at = Moment(required=True)
    current = fields.Boolean(required=True)


class SessionsOut(Schema):
    """A person's live sessions, the latest used first."""

    items = fields.List(fields.Nested(SessionOut), required=True)


class RoleHeld(Schema):
    """A role and where it holds."""

    organization_id = fields.UUID(required=True, allow_none=True, metadata={"example": EXAMPLE_ID})
    role = fields.String(required=True, metadata={"example": "sponsor_admin"})
    cohort_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Null: everywhere in it."})


class ScopeReceived(Schema):
    """How many students let the active organization use a scope."""

    scope = fields.String(required=True, metadata={"example": "sponsor_view"})
    students = fields.Integer(required=True, metadata={"example": 42})


class ScopeGranted(Schema):
    """A scope that a student linked to this account lets an organization use."""

    student_id = fields.UUID(required=True)
    organization_id = fields.UUID(required=True, allow_none=True)
    scope = fields.String(required=True, metadata={"example": "sponsor_view"})
    expires_at = Moment(required=True, allow_none=True)


class ConsentScopes(Schema):
    """Consents, from both sides. Decisions are made by /privacy/check/; this only shows what stands."""

    received = fields.List(fields.Nested(ScopeReceived), required=True)
    granted = fields.List(fields.Nested(ScopeGranted), required=True)


class MeOut(Schema):
    """The caller: who, for which organization, with which rights."""

    user = fields.Nested(UserOut, required=True)
    organization = fields.Nested(OrganizationOut, required=True, allow_none=True)
    organizations = fields.List(fields.Nested(OrganizationOut), required=True)
    roles = fields.List(fields.Nested(RoleHeld), required=True)
    permissions = fields.List(fields.String(), required=True)
    consent_scopes = fields.Nested(ConsentScopes, required=True)
