"""Organizations, as JSON."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from chassis.fields import Moment, Text
from contracts.roles import KINDS, SPONSOR_TYPES
from identity.rules.organizations import SLUG, is_country, time_zones
from identity.schemas.fields import EXAMPLE_ID, Email


class Country(fields.String):
    """A country by its two letters (ISO 3166-1 alpha-2), in either case."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"example": "KE", "minLength": 2, "maxLength": 2}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        code = super()._deserialize(value, attr, data, **kwargs).strip().upper()
        if not is_country(code):
            raise ValidationError("Not a country of ISO 3166-1 alpha-2, as in KE.")
        return code


class TimeZone(fields.String):
    """A time zone by its IANA name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"example": "Africa/Nairobi"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, attr, data, **kwargs)
        if name not in time_zones():
            raise ValidationError("Not a time zone of the IANA list, as in Africa/Nairobi.")
        return name


def slug_field() -> fields.String:
    """The short name used in addresses and as S3's customer_domain."""
    return fields.String(
        validate=validate.Regexp(SLUG, error="Use 1 to 63 of a-z, 0-9 and -, not - at the ends."),
        metadata={"example": "bright-futures", "description": "Made from the name when not given."},
    )


class OrganizationIn(Schema):
    """A new organization."""

    name = Text(200, required=True, metadata={"example": "Bright Futures Foundation"})
    kind = fields.String(required=True, validate=validate.OneOf(KINDS), metadata={"example": "sponsor"})
    sponsor_type = fields.String(validate=validate.OneOf(SPONSOR_TYPES), metadata={"example": "foundation"})
    slug = slug_field()
    contact_email = Email()
    country = Country()
    time_zone = TimeZone()

    @validates_schema
    def _sponsor_type_is_a_sponsors(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("sponsor_type") and data.get("kind") != "sponsor":
            raise ValidationError("Only a sponsor has a sponsor type.", "sponsor_type")


class OrganizationChange(Schema):
    """What may change of an organization. Its kind, country and currency stay."""

    name = Text(200)
    slug = slug_field()
    contact_email = Email(allow_none=True)
    sponsor_type = fields.String(validate=validate.OneOf(SPONSOR_TYPES))
    time_zone = TimeZone()

    @post_load
    def _something_changes(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if not data:
            raise ValidationError("Name at least one field to change.")
        return data


class OrganizationOut(Schema):
    """An organization."""

    id = fields.UUID(required=True, metadata={"example": EXAMPLE_ID})
    name = fields.String(required=True, metadata={"example": "Bright Futures Foundation"})
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    sponsor_type = fields.String(allow_none=True)
    slug = fields.String(required=True, metadata={"example": "bright-futures"})
    contact_email = fields.String(allow_none=True)
    country = fields.String(allow_none=True, metadata={"example": "KE"})
    currency = fields.String(required=True, metadata={"example": "KES"})
    time_zone = fields.String(required=True, metadata={"example": "Africa/Nairobi"})
    created_at = Moment(required=True)
    updated_at = Moment(required=True)
