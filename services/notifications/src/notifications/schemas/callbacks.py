"""What carriers tell us."""

from marshmallow import EXCLUDE, Schema, fields, validate

MAIL_EVENTS = {
    ("message.delivered", None): "delivered",
    ("message.bounced", "hard"): "hard",
    ("message.bounced", "soft"): "soft",
    ("message.complained", None): "complaint",
}
"""Type of event and kind of bounce to what becomes of the delivery."""


class MailEventData(Schema):
    """Which mail: the ``id`` we gave it."""

    class Meta:
        unknown = EXCLUDE

    id = fields.UUID(required=True)
    bounce = fields.String(load_default=None, allow_none=True, metadata={"description": "hard or soft."})


class MailEventIn(Schema):
    """Signed as Standard Webhooks says. Types we do not know are taken and change nothing."""

    class Meta:
        unknown = EXCLUDE

    type = fields.String(required=True, validate=validate.Length(1, 100), metadata={"example": "message.bounced"})
    data = fields.Nested(MailEventData, required=True)


class TextReportIn(Schema):
    """A delivery report of Africa's Talking, as a form."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True, validate=validate.Length(1, 200), metadata={"example": "ATXid_1"})
    status = fields.String(required=True, validate=validate.Length(1, 40), metadata={"example": "Success"})
    reason = fields.String(load_default=None, data_key="failureReason", validate=validate.Length(0, 100))
