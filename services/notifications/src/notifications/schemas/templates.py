"""Templates."""

from marshmallow import Schema, fields, validate

from chassis.fields import Moment, Text
from chassis.paging import PageSchema
from notifications.rules.content import SUBJECT_LIMIT
from notifications.schemas.messages import BODY_LIMIT, FORMATS

_VARIABLE = validate.Regexp(r"^[a-z][a-z0-9_]{0,39}$", error="A variable is lower-case letters, digits, underscores.")


class TemplateIn(Schema):
    """A subject and body with variables in double braces.

    ``recipient_name`` and ``organization_name`` are always there. Allowed besides: if, comparisons, simple filters.
    """

    name = Text(100, required=True, metadata={"example": "Session reminder"})
    subject = Text(SUBJECT_LIMIT, required=True, metadata={"example": "We meet on {{ day }}"})
    body = Text(
        BODY_LIMIT,
        required=True,
        lines=True,
        metadata={"example": "Hello {{ recipient_name }},\n\nwe meet on {{ day }} at {{ time }}."},
    )
    format = fields.String(load_default="text", validate=validate.OneOf(FORMATS))
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
    created_at = Moment()


class PreviewOut(Schema):
    """How it reads, each variable shown as its name in brackets."""

    subject = fields.String()
    text = fields.String()
    html = fields.String()


class SavedTemplateOut(TemplateOut):
    """A template and how it reads."""

    preview = fields.Nested(PreviewOut)


class TemplatePage(PageSchema):
    """A page of templates, by name."""

    items = fields.List(fields.Nested(TemplateOut))
