"""A person's inbox and preferences."""

from marshmallow import Schema, fields

from chassis.fields import Moment
from chassis.paging import PageQuery, PageSchema


class InboxQuery(PageQuery):
    """Which messages."""

    unread = fields.Boolean(load_default=None, metadata={"description": "Only unread (true) or only read (false)."})


class InboxItemOut(Schema):
    """An in-app message."""

    id = fields.UUID()
    organization_id = fields.UUID(allow_none=True)
    organization_name = fields.String(allow_none=True)
    kind = fields.String(metadata={"description": "message, or the notice it is.", "example": "message"})
    subject = fields.String()
    text = fields.String()
    html = fields.String(metadata={"description": "Plain markup, safe to show as it is."})
    delivered_at = Moment()
    read_at = Moment(allow_none=True)


class InboxPage(PageSchema):
    """A page of messages, newest first."""

    items = fields.List(fields.Nested(InboxItemOut))
