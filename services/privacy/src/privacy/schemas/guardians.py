"""Guardians."""

from marshmallow import Schema, fields, validate

from chassis.fields import Moment


class Address(fields.Email):
    """An e-mail address, compared in lower case."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(validate=validate.Length(3, 254), **kwargs)  # type: ignore[arg-type]

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text = value.strip() if isinstance(value, str) else value
        return str(super()._deserialize(text, attr, data, **kwargs)).lower()


class GuardianIn(Schema):
    """Whose guardian, and where to reach them."""

    student_id = fields.UUID(required=True, metadata={"example": "0192f0c1-7b7e-7d5c-9a53-0f2f1c7a4e11"})
    email = Address(required=True, metadata={"example": "guardian@example.org"})


class GuardianOut(Schema):
    """A guardian as named. Whether the address has been verified is not told."""

    student_id = fields.UUID()
    email = fields.String()
    named_by = fields.UUID()
    created_at = Moment()
