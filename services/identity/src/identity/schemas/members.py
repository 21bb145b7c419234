"""Members, roles and invitations, as JSON."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from chassis.fields import Moment, Text
from chassis.paging import PageQuery, PageSchema
from identity.rules.passwords import LONGEST
from identity.rules.roles import GIVEN_TO_PEOPLE, is_narrowable
from identity.schemas.fields import Code, Email, NewPassword
from identity.schemas.organizations import OrganizationOut
from identity.schemas.people import TokensOut, UserOut


class RoleIn(Schema):
    """A role, in the whole organization or narrowed to one cohort."""

    role = fields.String(
        required=True, validate=validate.OneOf(sorted(GIVEN_TO_PEOPLE)), metadata={"example": "sponsor_staff"}
    )
    cohort_id = fields.UUID(allow_none=True, load_default=None, metadata={"description": "Null: everywhere in it."})

    @validates_schema
    def _narrows_what_can_be(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("cohort_id") and not is_narrowable(data["role"]):
            raise ValidationError("This role cannot be narrowed to one cohort.", "cohort_id")


class MemberIn(RoleIn):
    """Somebody to add, by their address."""

    email = Email(required=True)


class RoleGrantIn(RoleIn):
    """A role to give a member of the organization."""

    organization_id = fields.UUID(required=True)


class MemberChange(Schema):
    """All roles the member is to hold from now on."""

    roles = fields.List(fields.Nested(RoleIn), required=True, validate=validate.Length(1, 50))


class RoleOut(Schema):
    """A role and the cohort it is narrowed to."""

    role = fields.String(required=True, metadata={"example": "sponsor_staff"})
    cohort_id = fields.UUID(required=True, allow_none=True)


class RoleGivenOut(RoleOut):
    """A role a member now holds."""

    id = fields.UUID(required=True)
    organization_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    created_at = Moment(required=True)


class MemberOut(Schema):
    """A member, or who is invited to be one."""

    status = fields.String(required=True, validate=validate.OneOf(("active", "invited", "expired")))
    user_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Null while invited."})
    email = fields.String(required=True, metadata={"example": "baraka@example.org"})
    name = fields.String(required=True, allow_none=True, metadata={"example": "Baraka Mwangi"})
    roles = fields.List(fields.Nested(RoleOut), required=True)
    joined_at = Moment(required=True, allow_none=True)
    invitation_id = fields.UUID(metadata={"description": "Only while invited."})
    expires_at = Moment(metadata={"description": "When the invitation lapses."})


class MembersQuery(PageQuery):
    """Members, or who is invited."""

    status = fields.String(load_default="active", validate=validate.OneOf(("active", "invited")))


class MembersOut(PageSchema):
    """A page of members."""

    items = fields.List(fields.Nested(MemberOut), required=True)


class AuditEntryOut(Schema):
    """One change of rights."""

    id = fields.UUID(required=True)
    at = Moment(required=True)
    actor_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Null: the command line."})
    user_id = fields.UUID(
        required=True, metadata={"description": "Whose rights changed: a person, an API key or an invitation."}
    )
    action = fields.String(required=True, metadata={"example": "role_given"})
    details = fields.Dict(required=True, metadata={"example": {"role": "sponsor_staff", "cohort_id": None}})
    sequence = fields.Integer(required=True, metadata={"description": "Its place in the record, from 1.", "example": 7})
    prev_hash = fields.String(required=True, metadata={"description": "The hash of the entry before it."})
    hash = fields.String(required=True, metadata={"description": "SHA-256 over this entry and the hash before it."})


class AuditOut(PageSchema):
    """A page of the record of rights."""

    items = fields.List(fields.Nested(AuditEntryOut), required=True)


class InvitationOut(Schema):
    """An invitation, for who sent it."""

    id = fields.UUID(required=True)
    purpose = fields.String(required=True, validate=validate.OneOf(("member", "student", "guardian")))
    email = fields.String(required=True)
    state = fields.String(
        required=True,
        validate=validate.OneOf(("pending", "accepted", "revoked", "replaced")),
        metadata={"description": "Replaced: the address was corrected."},
    )
    role = fields.String(required=True, allow_none=True)
    cohort_id = fields.UUID(required=True, allow_none=True)
    student_id = fields.UUID(required=True, allow_none=True)
    resends = fields.Integer(required=True)
    expires_at = Moment(required=True)
    created_at = Moment(required=True)


class InvitationShown(Schema):
    """An invitation, for who holds its link."""

    purpose = fields.String(required=True)
    email = fields.String(required=True)
    organization_name = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, allow_none=True)
    has_account = fields.Boolean(required=True, metadata={"description": "Then its password is asked, and no name."})
    expires_at = Moment(required=True)


class AcceptIn(Schema):
    """Nothing with the invited person's bearer token; their password; or for a new account name and password."""

    name = Text(200)
    password = NewPassword()
    code = Code()


class AcceptOut(Schema):
    """The account, signed in for the organization that invited, if one did."""

    user = fields.Nested(UserOut, required=True)
    organization = fields.Nested(OrganizationOut, required=True, allow_none=True)
    tokens = fields.Nested(TokensOut, required=True)


class VerifyIn(Schema):
    """The token of the link that was mailed, and the account's password unless its owner is signed in."""

    token = fields.String(required=True, validate=validate.Length(1, 512))
    password = fields.String(load_default=None, load_only=True, validate=validate.Length(1, LONGEST))


class VerifyQuery(Schema):
    """The link's own token."""

    class Meta:
        unknown = EXCLUDE

    token = fields.String(required=True, validate=validate.Length(1, 512))
