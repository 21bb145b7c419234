"""What several resources show alike."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from chassis import clock
from chassis.fields import Moment, Text
from chassis.json_provider import number
from programs.rules.addresses import LONGEST, BadAddress, normalized
from programs.rules.batches import INVALID, RECORDED, UNCHANGED, UPDATED, Row

MAX_ROWS = 10_000
"""Rows of one batch; more are refused as a whole."""

EARLIEST = date(1900, 1, 1)


class Number(fields.Decimal):
    """A number with at most six decimal places, kept exact; an integer in JSON when whole.

    ``below`` is what its size must stay under.
    """

    def __init__(self, *, below: int = 10**9, **kwargs: Any) -> None:
        self._below = below
        metadata = {"type": "number", **kwargs.pop("metadata", {})}
        super().__init__(allow_nan=False, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if not isinstance(value, int | float | str) or isinstance(value, bool):
            raise self.make_error("invalid")
        found = super()._deserialize(value, attr, data, **kwargs)
        exponent = found.as_tuple().exponent
        if abs(found) >= self._below or (isinstance(exponent, int) and exponent < -6):
            raise ValidationError(f"Give a number below {self._below:,} with at most six decimal places.")
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


class PastMoment(Moment):
    """A moment that has come, since 1900; a clock may be a day ahead."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        found = super()._deserialize(value, *args, **kwargs)
        if found.date() < EARLIEST or found > clock.now() + timedelta(days=1):
            raise ValidationError("Give a moment between 1900-01-01 and now.")
        return found


class Rows(fields.List[Any]):
    """Up to ``most`` rows, each judged by itself later, so that one bad row does not refuse the others."""

    def __init__(self, row: type[Schema], *, most: int = MAX_ROWS, **kwargs: Any) -> None:
        super().__init__(fields.Nested(row), validate=validate.Length(1, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> list[Any]:  # noqa: ARG002
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return value


class OneOrMany(Schema):
    """A single row, or several in the list ``many``. Loads to ``rows`` and whether it was a ``single`` one."""

    many_name: ClassVar[str]

    @pre_load
    def _wrap(self, data: Any, **_: Any) -> Any:
        return {self.many_name: [data]} if self._is_single(data) else data

    @post_load(pass_original=True)
    def _told(self, data: dict[str, Any], original: Any, **_: Any) -> dict[str, Any]:
        return {"rows": data[self.many_name], "single": self._is_single(original)}

    def _is_single(self, data: Any) -> bool:
        return isinstance(data, dict) and self.many_name not in data


class StudentNamed(Schema):
    """A row about a student whom the organization knows by one of these."""

    student_id = fields.UUID(allow_none=True)
    external_id = Text(255, allow_none=True, metadata={"description": "The organization's own key of the student."})

    @validates_schema
    def _named(self, data: dict[str, object], **_: object) -> None:
        if not data.get("student_id") and not data.get("external_id"):
            raise ValidationError("Give student_id or external_id.", "student_id")


class RowCounts(Schema):
    """How many rows came to what."""

    recorded = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    invalid = fields.Integer()


class ListedStudent(Schema):
    """The student, by name when they consented to being seen, otherwise by a stable pseudonym and without an id."""

    id = fields.UUID(allow_none=True)
    name = fields.String(metadata={"example": "Student 7F3A"})
    pseudonymous = fields.Boolean()
    school = fields.String(allow_none=True)
    grade_level = fields.String(allow_none=True)


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


class RowOutcome(Schema):
    """What became of one row."""

    row = fields.Integer(metadata={"description": "Position in the request, from 1."})
    status = fields.String(validate=validate.OneOf((RECORDED, UPDATED, UNCHANGED, INVALID)))
    id = fields.UUID(metadata={"description": "Our id of it."})
    student_id = fields.UUID()
    reasons = fields.List(fields.Nested(ReasonSchema))


class OutcomesOut(Schema):
    """A result for each row, in the order given."""

    counts = fields.Nested(RowCounts)
    results = fields.List(fields.Nested(RowOutcome))
