"""Consents, their history and their texts."""

from marshmallow import Schema, fields, validate

from chassis.fields import Flag, Moment, Text
from chassis.paging import PageQuery, PageSchema

SCOPE = validate.Regexp(r"^[a-z][a-z0-9_]{1,63}$", error="A scope is lower-case letters, digits and underscores.")

_STUDENT = "0192f0c1-7b7e-7d5c-9a53-0f2f1c7a4e11"
_ORGANIZATION = "0192f0c1-7b7e-7d5c-9a53-0f2f1c7a4e22"


class ConsentIn(Schema):
    """What a student, or a minor's guardian, decides."""

    organization_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "Who may; null only for a scope granted to everybody.", "example": _ORGANIZATION},
    )
    scope = Text(64, required=True, validate=SCOPE, metadata={"example": "sponsor_view"})
    granted = Flag(required=True, metadata={"description": "false withdraws.", "example": True})
    student_id = fields.UUID(
        load_default=None,
        metadata={"description": "Needed when the account stands for several students.", "example": _STUDENT},
    )
    expires_at = Moment(
        load_default=None,
        allow_none=True,
        metadata={"description": "A guardian's grant ends at majority.", "example": "2027-06-30T00:00:00Z"},
    )
    policy_version = Text(
        20,
        load_default=None,
        metadata={"description": "The version of the text that was shown; by default the current one.", "example": "1"},
    )


class ConsentOut(Schema):
    """Where a student stands with an organization and scope."""

    id = fields.UUID(allow_none=True, metadata={"description": "null when it was never granted."})
    student_id = fields.UUID()
    student_name = fields.String(allow_none=True, metadata={"description": "Only for the student and guardians."})
    organization_id = fields.UUID(allow_none=True)
    organization_name = fields.String(allow_none=True)
    scope = fields.String()
    granted = fields.Boolean(metadata={"description": "Whether it holds now."})
    state = fields.String(validate=validate.OneOf(["granted", "withdrawn", "expired", "never"]))
    granted_by = fields.String(allow_none=True, validate=validate.OneOf(["self", "guardian"]))
    policy_version = fields.String(allow_none=True)
    granted_at = Moment(allow_none=True)
    expires_at = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)


class ConsentQuery(PageQuery):
    """Which consents."""

    student_id = fields.UUID(load_default=None)
    organization_id = fields.UUID(load_default=None)
    scope = Text(64, load_default=None, validate=SCOPE)
    view = fields.String(
        load_default=None,
        validate=validate.OneOf(["person", "organization"]),
        metadata={"description": "By default the organization's when the token speaks for one that checks consents."},
    )


class ConsentPage(PageSchema):
    """A page of consents."""

    items = fields.List(fields.Nested(ConsentOut))


class ChangeOut(Schema):
    """One change of a consent."""

    id = fields.UUID()
    grant_id = fields.UUID()
    student_id = fields.UUID()
    organization_id = fields.UUID(allow_none=True)
    organization_name = fields.String(allow_none=True)
    scope = fields.String()
    action = fields.String(validate=validate.OneOf(["granted", "withdrawn", "expired"]))
    acted_by = fields.String(validate=validate.OneOf(["self", "guardian", "system"]))
    user_id = fields.UUID(allow_none=True, metadata={"description": "The account that acted."})
    policy_version = fields.String(metadata={"description": "The text it was granted under."})
    at = Moment()
    expires_at = Moment(allow_none=True)


class ChangePage(PageSchema):
    """A page of changes, newest first."""

    items = fields.List(fields.Nested(ChangeOut))


class HistoryQuery(PageQuery):
    """Which changes."""

    student_id = fields.UUID(load_default=None)
    organization_id = fields.UUID(load_default=None)
    scope = Text(64, load_default=None, validate=SCOPE)


class PolicyOut(Schema):
    """A consent text as it is shown to the person who decides."""

    scope = fields.String(metadata={"example": "sponsor_view"})
    version = fields.String(metadata={"example": "1"})
    title = fields.String()
    text = fields.String()
    for_anyone = fields.Boolean(metadata={"description": "Granted to everybody instead of to one organization."})
    effective_from = Moment()
    current = fields.Boolean(metadata={"description": "Whether this is the version shown now."})


class PolicyPage(PageSchema):
    """A page of texts."""

    items = fields.List(fields.Nested(PolicyOut))
