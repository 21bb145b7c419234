"""A person's wishes: what they are told, by which channels, and when."""

import re
from datetime import time
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.fields import Flag, Text
from notifications.rules.quiet_hours import is_zone

_CLOCK = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


def _choice() -> Flag:
    return Flag(metadata={"example": True})


class _Hour(fields.Field[time]):
    """A time of day on the wall: 21:00."""

    def __init__(self) -> None:
        super().__init__(required=True, metadata={"type": "string", "pattern": f"^{_CLOCK.pattern}$"})

    def _serialize(self, value: time | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else f"{value:%H:%M}"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> time:
        if not isinstance(value, str) or not _CLOCK.fullmatch(value):
            raise ValidationError("Not a time of day, as in 21:00.")
        return time.fromisoformat(value)


def _zone(name: str) -> bool:
    if not is_zone(name):
        raise ValidationError("Not a time zone, as in Africa/Nairobi.")
    return True


class ChannelsSchema(Schema):
    """By which channels; what is left out stays as it is."""

    in_app = _choice()
    email = _choice()
    sms = _choice()


class CategoriesSchema(Schema):
    """What: organizations' messages, news about my own learning, reports I asked for."""

    messages = fields.Nested(ChannelsSchema)
    progress = fields.Nested(ChannelsSchema)
    reports = fields.Nested(ChannelsSchema)


class QuietHoursSchema(Schema):
    """From ``start`` to ``end`` no mail and no text message comes; over midnight when ``start`` is later."""

    start = _Hour()
    end = _Hour()

    @validates_schema
    def some(self, data: dict[str, Any], **_: Any) -> None:
        """A whole day of quiet is what switching a channel off is for."""
        if data.get("start") == data.get("end"):
            raise ValidationError("Must differ from start.", "end")


class PreferencesIn(ChannelsSchema):
    """What is left out stays as it is. The channels beside the categories are those of ``messages``."""

    categories = fields.Nested(CategoriesSchema)
    time_zone = Text(64, allow_none=True, validate=_zone, metadata={"example": "Africa/Nairobi"})
    quiet_hours = fields.Nested(QuietHoursSchema, allow_none=True)
    open_tracking = Flag(
        metadata={"description": "Whether organizations see that I opened a mail. Never of who is under age."},
    )


class PhoneStateOut(Schema):
    """Where text messages go, for its owner to recognise."""

    number = fields.String(metadata={"example": "+254…678"})
    verified = fields.Boolean()


class PreferencesOut(ChannelsSchema):
    """All there is to choose. What somebody must be told (invitations, invoices, codes) always comes, and at once."""

    categories = fields.Nested(CategoriesSchema)
    time_zone = fields.String(allow_none=True, metadata={"description": "Without one, the organization's."})
    quiet_hours = fields.Nested(
        QuietHoursSchema,
        allow_none=True,
        metadata={"description": "Without any, text messages wait from 21:00 to 07:00 and mails do not."},
    )
    open_tracking = fields.Boolean()
    phone = fields.Nested(PhoneStateOut, allow_none=True)


class PhoneIn(Schema):
    """A number; without a country code it is of the country the installation is in."""

    number = Text(40, required=True, metadata={"example": "+254712345678"})


class CodeIn(Schema):
    """The code that came by text message."""

    code = fields.String(
        required=True, validate=validate.Regexp(r"^[0-9]{6}\Z", error="Six digits."), metadata={"example": "123456"}
    )
