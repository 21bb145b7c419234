"""Webhooks in JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from chassis.fields import Count, Flag, Moment, Text
from chassis.paging import PageQuery, PageSchema
from notifications.queries.webhooks.listed import STATES
from notifications.rules.webhooks.catalogue import NAMES, TEST

URL_LIMIT = 2000
LONGEST_OVERLAP = 168
_URL = {"example": "https://hooks.example.org/ufadhili", "description": "https, in the public internet."}
_SECRET = {"example": "whsec_…", "description": "Shown this once. It verifies with any Standard Webhooks library."}


def _events(**kwargs: Any) -> "fields.List[str]":
    told = {"example": ["invoice.paid", "consent.withdrawn"]}
    limits = validate.Length(1, len(NAMES))
    return fields.List(fields.String(validate=validate.OneOf(NAMES)), validate=limits, metadata=told, **kwargs)


def _enabled(**kwargs: Any) -> Flag:
    return Flag(**kwargs)


class WebhookIn(Schema):
    """An address and what it wants to hear."""

    url = Text(URL_LIMIT, required=True, metadata=_URL)
    events = _events(required=True)
    description = Text(200, min=0, load_default="", metadata={"example": "Our LMS"})
    enabled = _enabled(load_default=True)


class WebhookChange(Schema):
    """What to change; what is not named stays."""

    url = Text(URL_LIMIT, metadata=_URL)
    events = _events()
    description = Text(200, min=0)
    enabled = _enabled(metadata={"description": "Switched off, it hears nothing and what waits is given up."})


class WebhookOut(Schema):
    """An endpoint, without its secrets."""

    id = fields.UUID(required=True)
    url = fields.String(required=True)
    description = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    enabled = fields.Boolean(required=True)
    disabled_reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "When we switched it off: failing (nothing accepted for three days) or gone (410)."},
    )
    failing_since = Moment(required=True, allow_none=True, metadata={"description": "Null when the last was accepted."})
    created_by = fields.UUID(required=True, allow_none=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class SecretOut(Schema):
    """A secret that signs."""

    created_at = Moment(required=True)
    ends_at = Moment(required=True, allow_none=True, metadata={"description": "Null: the current one."})


class OneWebhookOut(WebhookOut):
    """An endpoint and when its secrets were made."""

    secrets = fields.List(fields.Nested(SecretOut), required=True)


class WebhookMade(OneWebhookOut):
    """An endpoint as it was made."""

    secret = fields.String(required=True, metadata=_SECRET)


class WebhookPage(PageSchema):
    """A page of endpoints, the oldest first."""

    items = fields.List(fields.Nested(WebhookOut), required=True)


class RotateIn(Schema):
    """How the old secret ends."""

    overlap_hours = Count(
        max=LONGEST_OVERLAP,
        load_default=24,
        metadata={"description": "Hours in which the old one signs, too. 0 when it has leaked: all earlier ones end."},
    )


class RotatedOut(Schema):
    """The new secret, and all that sign now."""

    secret = fields.String(required=True, metadata=_SECRET)
    secrets = fields.List(fields.Nested(SecretOut), required=True)


class DeliveryQuery(PageQuery):
    """Which deliveries."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES))
    event = fields.String(load_default=None, validate=validate.OneOf((*NAMES, TEST)))


class WebhookDeliveryOut(Schema):
    """An event for an endpoint. ``message_id`` is the header webhook-id."""

    id = fields.UUID(required=True)
    message_id = fields.UUID(required=True)
    event = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "example": "status_500",
            "description": "Why the last attempt did not do: status_…, timeout, connection, tls, protocol, "
            "name_unknown, not_public, not_https, port, webhook_disabled, …",
        },
    )
    attempts = fields.Integer(required=True)
    created_at = Moment(required=True)
    changed_at = Moment(required=True)
    next_attempt_at = Moment(required=True, metadata={"description": "Of a pending one: when it is tried (again)."})


class WebhookDeliveryPage(PageSchema):
    """A page of deliveries, the newest first."""

    items = fields.List(fields.Nested(WebhookDeliveryOut), required=True)


class AttemptOut(Schema):
    """One request and what was answered."""

    number = fields.Integer(required=True)
    at = Moment(required=True)
    status = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    duration_ms = fields.Integer(required=True)
    response = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The beginning of a refusal in plain text or JSON, unless it could hold a secret."},
    )


class OneWebhookDeliveryOut(WebhookDeliveryOut):
    """A delivery with the text that is signed and sent, and its attempts."""

    body = fields.String(required=True)
    tried = fields.List(fields.Nested(AttemptOut), required=True)


class ReplayIn(Schema):
    """From when on."""

    since = Moment(required=True, metadata={"example": "2026-11-20T00:00:00Z"})


class ReplayedOut(Schema):
    """How many are delivered again."""

    replayed = fields.Integer(required=True)


class EventOut(Schema):
    """An event to subscribe to."""

    name = fields.String(required=True, metadata={"example": "invoice.paid"})
    description = fields.String(required=True)
    schema = fields.Dict(required=True, metadata={"description": "The body, as JSON Schema."})
    example = fields.Dict(required=True)


class EventsOut(Schema):
    """Every event there is. Names and fields are only ever added to."""

    items = fields.List(fields.Nested(EventOut), required=True)
