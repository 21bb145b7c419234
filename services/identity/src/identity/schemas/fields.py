"""Fields of identity's JSON: mail addresses and passwords."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from chassis.fields import Text
from identity.rules.addresses import normalised
from identity.rules.passwords import LONGEST, SHORTEST

EXAMPLE_ID = "01931f7e-5d3a-7c2b-9f10-2a4c6e8b0d12"


class Email(Text):
    """A mail address, in the one form that is kept."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"format": "email", "example": "amina@example.org", **kwargs.pop("metadata", {})}
        super().__init__(254, min=3, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return normalised(super()._deserialize(value, attr, data, **kwargs))
        except ValueError as error:
            if isinstance(error, ValidationError):
                raise
            raise ValidationError("Not a valid e-mail address.") from None


class Password(fields.String):
    """A password as typed: nothing is trimmed."""

    def __init__(self, min: int = 1, **kwargs: Any) -> None:
        metadata = {"format": "password", "example": "a long enough passphrase 7", **kwargs.pop("metadata", {})}
        super().__init__(validate=validate.Length(min, LONGEST), metadata=metadata, **kwargs)


class Code(fields.String):
    """An authenticator app's code or a recovery code, spaces and dashes as they come."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {
            "example": "123456",
            "description": "The six digits of the authenticator app, or a recovery code.",
            **kwargs.pop("metadata", {}),
        }
        super().__init__(validate=validate.Length(6, 40), metadata=metadata, load_only=True, **kwargs)


class NewPassword(Password):
    """A password to be kept: long, and not one guessers try first."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(SHORTEST, **kwargs)
