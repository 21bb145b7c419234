"""What every schema below /partner shares: days, whole amounts, currencies, courses."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from chassis.fields import Count

LARGEST = 10**11
"""Most major units of one amount: a thousand of them, of any currency, still fit their column."""

MOST_COURSES = 100
_SANE = validate.Range(date(1970, 1, 1), date(2199, 12, 31), error="Give a day between 1970 and 2199.")


class Midnight(fields.Field[date]):
    """A day, written as its first moment in UTC, as the partner's document has it."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"type": "string", "format": "date-time", "example": "2026-03-01T00:00:00Z"}
        super().__init__(dump_only=True, metadata=metadata, **kwargs)

    def _serialize(self, value: date | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else f"{value.isoformat()}T00:00:00Z"


def amount(what: str, **kwargs: Any) -> Count:
    """Whole major units, at least one."""
    return Count(min=1, max=LARGEST, metadata={"description": f"{what} In whole major units."}, **kwargs)


def day(**kwargs: Any) -> fields.Date:
    """A day of this age."""
    return fields.Date(validate=_SANE, **kwargs)


def _is_code(text: str) -> None:
    if not (len(text) == 3 and text.isascii() and text.isupper() and text.isalpha()):
        raise ValidationError("Give a currency as in ISO 4217.")


def currency() -> fields.String:
    """The organization's own, or nothing."""
    text = "The organization's own currency; it is the default."
    return fields.String(
        allow_none=True,
        load_default=None,
        validate=_is_code,
        # As every reader of the document understands it; Python's ``$`` would let a line break pass.
        metadata={"description": text, "example": "KES", "pattern": "^[A-Z]{3}$"},
    )


def course_ids() -> fields.List[Any]:
    """Courses of the catalogue."""
    return fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=MOST_COURSES),
        metadata={"description": "Courses of the catalogue; a repeated one counts once."},
    )
