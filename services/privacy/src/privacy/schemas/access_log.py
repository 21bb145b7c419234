"""Who looked at a student's data."""

from marshmallow import Schema, fields, validate

from chassis.fields import Moment, Text
from chassis.paging import PageQuery, PageSchema
from privacy.schemas.consents import SCOPE
from privacy.schemas.decisions import BASES


class AccessQuery(PageQuery):
    """Which looks."""

    student_id = fields.UUID(load_default=None)
    organization_id = fields.UUID(load_default=None)
    scope = Text(64, load_default=None, validate=SCOPE)
    from_ = Moment(data_key="from", load_default=None)
    to = Moment(load_default=None)


class AccessOut(Schema):
    """One allowed look."""

    id = fields.UUID()
    student_id = fields.UUID()
    organization_id = fields.UUID(allow_none=True, metadata={"description": "For whom; null for a person's own look."})
    organization_name = fields.String(allow_none=True)
    user_id = fields.UUID(allow_none=True, metadata={"description": "Who; null when not signed in."})
    scope = fields.String(metadata={"description": "What."})
    purpose = fields.String(allow_none=True)
    basis = fields.String(validate=validate.OneOf(BASES))
    grant_id = fields.UUID(allow_none=True)
    at = Moment()


class AccessPage(PageSchema):
    """A page of looks, newest first."""

    items = fields.List(fields.Nested(AccessOut))
