"""Whom a report is mailed to."""

from marshmallow import Schema, fields


class ReaderIn(Schema):
    """A member of an organization."""

    organization_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)


class ReaderOut(Schema):
    """The member now, and a token that may look at dashboards as they may, at analytics only."""

    access_token = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
