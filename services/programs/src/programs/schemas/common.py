"""What several resources show alike."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from chassis import clock
from chassis.fields import Text
from chassis.json_provider import number
from programs.rules.addresses import LONGEST, BadAddress, normalized
from programs.rules.batches import Row

MAX_ROWS = 10_000
"""Rows of one batch; more are refused as a whole."""

EARLIEST = date(1900, 1, 1)


class Number(fields.Decimal):
    """A number with at most six decimal places, kept exact; an integer in JSON when whole."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"type": "number", **kwargs.pop("metadata", {})}
        super().__init__(allow_nan=False, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if not isinstance(value, int | float | str) or isinstance(value, bool):
            raise self.make_error("invalid")
        found = super()._deserialize(value, attr, data, **kwargs)
        exponent = found.as_tuple().exponent
        if abs(found) >= 10**9 or (isinstance(exponent, int) and exponent < -6):
            raise ValidationError("Give a number below a thousand million with at most six decimal places.")
        return found

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:  # noqa: ARG002
        return None if value is None else number(Decimal(str(value)))


class Address(Text):
    """A mail address; it is stored as typed, without surrounding space."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"format": "email", **kwargs.pop("metadata", {})}
        super().__init__(LONGEST, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            normalized(text)
        except BadAddress as error:
            raise ValidationError(str(error)) from None
        return text


class PastDay(fields.Date):
    """A day that has come, somewhere on Earth, since 1900."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        day = super()._deserialize(value, attr, data, **kwargs)
        if not EARLIEST <= day <= (clock.now() + timedelta(hours=14)).date():
            raise ValidationError("Give a day between 1900-01-01 and today.")
        return day


class Rows(fields.List[Any]):
    """Up to 10,000 rows, each judged by itself later, so that one bad row does not refuse the others."""

    def __init__(self, row: type[Schema], **kwargs: Any) -> None:
        super().__init__(fields.Nested(row), validate=validate.Length(1, MAX_ROWS), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> list[Any]:  # noqa: ARG002
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return value


class ReasonSchema(Schema):
    """Why a row was not taken."""

    field = fields.String(metadata={"example": "email"})
    message = fields.String(metadata={"example": "An email address must have an @-sign."})


def _reasons_of(error: ValidationError) -> list[dict[str, str]]:
    """A schema's complaints, field by field."""
    found: dict[Any, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    return [
        {"field": "" if name == "_schema" else str(name), "message": " ".join(map(str, _flat(messages)))}
        for name, messages in found.items()
    ]


def _flat(messages: Any) -> list[Any]:
    if isinstance(messages, dict):
        return [text for inner in messages.values() for text in _flat(inner)]
    return list(messages) if isinstance(messages, list) else [messages]


def read_rows(schema: Schema, rows: Sequence[Any]) -> list[Row]:
    """Read every row by itself; a bad one carries its reasons."""
    return [_read_row(schema, number, row) for number, row in enumerate(rows, start=1)]


def _read_row(schema: Schema, number: int, row: Any) -> Row:
    try:
        return Row(number, schema.load(row))
    except ValidationError as error:
        return Row(number, reasons=tuple(_reasons_of(error)))
