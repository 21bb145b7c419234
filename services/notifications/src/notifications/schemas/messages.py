"""Messages of organizations to their students."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.fields import Moment, Text
from chassis.paging import PageQuery, PageSchema
from notifications.queries.messages import STATES
from notifications.rules.audience import CHANNELS, USUAL
from notifications.rules.content import SUBJECT_LIMIT

BODY_LIMIT = 20_000
MOST_STUDENTS = 10_000
FORMATS = ["text", "html"]

_COHORT = "0192f0c1-7b7e-7d5c-9a53-0f2f1c7a4e33"


class AudienceIn(Schema):
    """A cohort, or up to 10,000 students of the organization."""

    cohort_id = fields.UUID(metadata={"example": _COHORT})
    student_ids = fields.List(fields.UUID(), validate=validate.Length(1, MOST_STUDENTS))

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        """Exactly one form."""
        if len(data) != 1:
            raise ValidationError("Give either cohort_id or student_ids.")


def _distinct(channels: list[str]) -> bool:
    if len(set(channels)) != len(channels):
        raise ValidationError("Name each channel once.")
    return True


class SendIn(Schema):
    """What to say to whom: in your own words, or by a template with values for its variables."""

    audience = fields.Nested(AudienceIn, required=True)
    channels = fields.List(
        fields.String(validate=validate.OneOf(CHANNELS)),
        load_default=list(USUAL),
        validate=[validate.Length(1, len(CHANNELS)), _distinct],
        metadata={"example": ["in_app", "email"]},
    )
    subject = Text(SUBJECT_LIMIT, metadata={"example": "Your next session"})
    body = Text(BODY_LIMIT, lines=True, metadata={"example": "We meet on Monday at nine."})
    format = fields.String(
        load_default="text",
        validate=validate.OneOf(FORMATS),
        metadata={"description": "Of body; html is reduced to plain markup. A template has its own."},
    )
    template_id = fields.UUID(metadata={"description": "Instead of subject and body."})
    variables = fields.Dict(
        keys=Text(40),
        values=Text(1_000, min=0, lines=True),
        load_default=dict,
        validate=validate.Length(0, 50),
        metadata={"description": "A value for each of the template's variables."},
    )
    send_at = Moment(load_default=None, allow_none=True, metadata={"description": "By default at once."})

    @validates_schema
    def words_or_template(self, data: dict[str, Any], **_: Any) -> None:
        """Own words or a template, not both and not half."""
        own = [name for name in ("subject", "body") if name in data]
        if "template_id" in data and own:
            raise ValidationError("A template brings its own words.", own[0])
        if "template_id" not in data:
            missing = {name: ["Needed without a template."] for name in ("subject", "body") if name not in data}
            if missing:
                raise ValidationError(missing)
            if data.get("variables"):
                raise ValidationError("Only a template has variables.", "variables")


class ExcludedOut(Schema):
    """Somebody who gets nothing."""

    student_id = fields.UUID()
    reason = fields.String(
        validate=validate.OneOf(
            ["unknown", "withdrawn", "erased", "opted_out", "no_address", "no_phone", "no_account"]
        ),
        metadata={"description": "unknown: not a student of the organization; no_account: the app cannot reach them."},
    )


class SentOut(Schema):
    """The message is accepted; it is delivered in the background."""

    message_id = fields.UUID()
    recipients = fields.Integer(metadata={"description": "People reached by at least one channel."})
    excluded = fields.List(fields.Nested(ExcludedOut))
    send_at = Moment()


class StatesOut(Schema):
    """Deliveries by state; each is in exactly one, and there is one a recipient and channel."""

    queued = fields.Integer()
    sent = fields.Integer(metadata={"description": "Accepted by the mail system, which does not say more."})
    delivered = fields.Integer(
        metadata={"description": "In the recipient's inbox in the app, or where the carrier says it is."}
    )
    opened = fields.Integer(
        metadata={"description": "Read in the app; or a mail, by an adult who has allowed that to be noted."}
    )
    failed = fields.Integer()
    cancelled = fields.Integer(metadata={"description": "Stopped by the organization before it left."})


class MessageOut(Schema):
    """A message."""

    id = fields.UUID()
    subject = fields.String()
    channels = fields.List(fields.String())
    cohort_id = fields.UUID(allow_none=True)
    sender_id = fields.UUID(allow_none=True)
    recipients = fields.Integer()
    excluded = fields.Integer()
    send_at = Moment()
    created_at = Moment()


class MessagePage(PageSchema):
    """A page of messages, newest first."""

    items = fields.List(fields.Nested(MessageOut))


class DeliveryOut(Schema):
    """What became of it for one recipient by one channel."""

    id = fields.UUID()
    student_id = fields.UUID()
    recipient = fields.String(metadata={"example": "Student 7F3A"})
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    state = fields.String(validate=validate.OneOf(STATES))
    reason = fields.String(allow_none=True, metadata={"description": "Why it failed, or waits."})
    attempts = fields.Integer()
    changed_at = Moment()


class DeliveryPage(PageSchema):
    """A page of deliveries."""

    items = fields.List(fields.Nested(DeliveryOut))


class MessageStateOut(Schema):
    """A message, what became of it, and a page of its recipients."""

    message = fields.Nested(MessageOut)
    states = fields.Nested(StatesOut)
    recipients = fields.Nested(DeliveryPage)


class DeliveryQuery(PageQuery):
    """Which deliveries."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class CancelledOut(Schema):
    """What was stopped."""

    cancelled = fields.Integer(metadata={"description": "Deliveries that will not leave."})
    states = fields.Nested(StatesOut)
