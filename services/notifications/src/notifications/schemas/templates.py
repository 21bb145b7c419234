"""Templates."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.fields import Moment, Text
from chassis.paging import PageSchema
from notifications.rules.audience import CHANNELS
from notifications.rules.content import SUBJECT_LIMIT
from notifications.schemas.messages import BODY_LIMIT, FORMATS

_VARIABLE = validate.Regexp(r"^[a-z][a-z0-9_]{0,39}$", error="A variable is lower-case letters, digits, underscores.")


class WordsIn(Schema):
    """A subject and body with variables in double braces. Allowed besides: if, comparisons, simple filters."""

    subject = Text(SUBJECT_LIMIT, required=True, metadata={"example": "We meet on {{ day }}"})
    body = Text(
        BODY_LIMIT,
        required=True,
        lines=True,
        metadata={"example": "Hello {{ recipient_name }},\n\nwe meet on {{ day }} at {{ time }}."},
    )
    format = fields.String(load_default="text", validate=validate.OneOf(FORMATS))


class TemplateIn(WordsIn):
    """A named subject and body. ``recipient_name`` and ``organization_name`` are always there as variables."""

    name = Text(100, required=True, metadata={"example": "Session reminder"})
    variables = fields.List(
        fields.String(validate=_VARIABLE),
        load_default=list,
        validate=validate.Length(0, 50),
        metadata={"example": ["day", "time"]},
    )


class TemplateOut(Schema):
    """A template."""

    id = fields.UUID()
    name = fields.String()
    format = fields.String(validate=validate.OneOf(FORMATS))
    subject = fields.String()
    body = fields.String()
    variables = fields.List(fields.String())
    version = fields.Integer()
    created_at = Moment()
    updated_at = Moment()


class SmsSizeOut(Schema):
    """As a text message; every segment costs as much as one message."""

    encoding = fields.String(validate=validate.OneOf(["GSM-7", "UCS-2"]))
    characters = fields.Integer(metadata={"description": "Septets (GSM-7) or UTF-16 units (UCS-2)."})
    segments = fields.Integer(metadata={"description": "More than six are not sent as a text message."})


class PreviewOut(Schema):
    """How it reads."""

    subject = fields.String()
    text = fields.String()
    html = fields.String()
    sms = fields.Nested(SmsSizeOut)


class SavedTemplateOut(TemplateOut):
    """A template and how it reads, each variable shown as its name in brackets."""

    preview = fields.Nested(PreviewOut)


class TemplatePage(PageSchema):
    """A page of templates, by name."""

    items = fields.List(fields.Nested(TemplateOut))


class VersionOut(Schema):
    """How a template read at a time."""

    version = fields.Integer()
    format = fields.String()
    subject = fields.String()
    body = fields.String()
    variables = fields.List(fields.String())
    saved_by = fields.UUID(allow_none=True)
    saved_at = Moment()


class VersionPage(PageSchema):
    """A page of versions, the latest first."""

    items = fields.List(fields.Nested(VersionOut))


def _values() -> fields.Field[dict[str, str]]:
    return fields.Dict(
        keys=Text(40),
        values=Text(1_000, min=0, lines=True),
        load_default=dict,
        validate=validate.Length(0, 50),
        metadata={"description": "Values of variables; the others show as their name, or a sample."},
    )


class PreviewIn(Schema):
    """With which values."""

    variables = _values()


class NoticePreviewIn(PreviewIn):
    """Words to try; without them those in use."""

    subject = Text(SUBJECT_LIMIT)
    body = Text(BODY_LIMIT, lines=True)
    format = fields.String(validate=validate.OneOf(FORMATS))

    @validates_schema
    def whole(self, data: dict[str, Any], **_: Any) -> None:
        """Both or neither."""
        if ("subject" in data) != ("body" in data) or ("format" in data and "body" not in data):
            raise ValidationError("Give subject and body, or neither.", "body")


class NoticeOut(Schema):
    """A notice of ours and how it reads for the organization's people."""

    key = fields.String(metadata={"example": "invitation"})
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    variables = fields.List(fields.String())
    needs = fields.List(fields.String(), metadata={"description": "Variables that the body must use."})
    own = fields.Boolean(metadata={"description": "Whether the organization words it itself."})
    version = fields.Integer(allow_none=True)
    format = fields.String()
    subject = fields.String()
    body = fields.String()
    preview = fields.Nested(PreviewOut)


class NoticesOut(Schema):
    """Every notice that can be worded."""

    items = fields.List(fields.Nested(NoticeOut))
