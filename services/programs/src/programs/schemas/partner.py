"""What every schema below /partner shares: named choices, days, amounts in major units, and the page."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from marshmallow import fields, utils, validate

from chassis.errors import Malformed
from chassis.fields import Count
from chassis.money import Money

LARGEST = 10**11
"""Most major units of one amount: a thousand of them, of any currency, still fit their column."""

MOST_COURSES = 100
_SANE = validate.Range(date(1970, 1, 1), date(2199, 12, 31), error="Give a day between 1970 and 2199.")


class Choice(fields.String):
    """One of a few words. Another one is 400, as the partner's document has it, in a body as in a query."""

    def __init__(self, what: str, words: Sequence[str], **kwargs: Any) -> None:
        self._what, self._words = what, tuple(words)
        metadata = {"enum": list(words), **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        word: str = super()._deserialize(value, attr, data, **kwargs)
        if word not in self._words:
            raise Malformed(f"Invalid {self._what}")
        return word


class Major(fields.Field[Any]):
    """Minor units inside, major units outside, in the ``currency`` beside it: 2000000 KES is shown as 20000."""

    def __init__(self, minor: str, **kwargs: Any) -> None:
        metadata = {"type": "number", "example": 25000, **kwargs.pop("metadata", {})}
        super().__init__(attribute=minor, dump_only=True, metadata=metadata, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> int | float | None:  # noqa: ARG002
        return None if value is None else Money(int(value), utils.get_value(obj, "currency")).major()


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


def currency() -> fields.String:
    """The organization's own, or nothing."""
    text = "The organization's own currency; it is the default."
    return fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Regexp(r"[A-Z]{3}\Z", error="Give a currency as in ISO 4217."),
        metadata={"description": text, "example": "KES"},
    )


def course_ids() -> fields.List[Any]:
    """Courses of the catalogue."""
    return fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=MOST_COURSES),
        metadata={"description": "Courses of the catalogue; a repeated one counts once."},
    )
