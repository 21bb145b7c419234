"""API keys as JSON."""

from marshmallow import Schema, fields, validate

from chassis.fields import Count, Moment, Text
from chassis.paging import PageSchema
from identity.rules.roles import GIVEN_TO_KEYS

MOST_OVERLAP_HOURS = 30 * 24


class ApiKeyIn(Schema):
    """A key to make."""

    name = Text(200, required=True, metadata={"example": "Learning platform"})
    permissions = fields.List(
        fields.String(validate=validate.OneOf(sorted(GIVEN_TO_KEYS))),
        required=True,
        validate=validate.Length(1, len(GIVEN_TO_KEYS)),
        metadata={"example": ["records.write"], "description": "None that you do not hold yourself."},
    )
    expires_at = Moment(allow_none=True, load_default=None, metadata={"description": "Null: until it is revoked."})


class ApiKeyRotation(Schema):
    """How long the old key goes on opening."""

    overlap_hours = Count(max=MOST_OVERLAP_HOURS, load_default=24, metadata={"example": 24})


class ApiKeyOut(Schema):
    """A key, without what opens the door."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    prefix = fields.String(required=True, metadata={"example": "ufa_Zk3hQw", "description": "How the key begins."})
    permissions = fields.List(fields.String(), required=True)
    created_by = fields.UUID(required=True, allow_none=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True, allow_none=True)
    last_used_at = Moment(
        required=True, allow_none=True, metadata={"description": "To a quarter of an hour: when it got its last token."}
    )
    replaced_by = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Its successor; it opens until `expires_at`."}
    )


class ApiKeyMade(ApiKeyOut):
    """A key as it was made: ``key`` is shown this once."""

    key = fields.String(
        required=True,
        metadata={
            "example": "ufa_…",
            "description": "Send it as `Authorization: Bearer`, or as the password of Basic with any user name.",
        },
    )


class ApiKeysOut(PageSchema):
    """A page of keys."""

    items = fields.List(fields.Nested(ApiKeyOut), required=True)


class ApiKeyExchange(Schema):
    """A key, from the gateway."""

    key = fields.String(required=True, validate=validate.Length(1, 200), load_only=True)
