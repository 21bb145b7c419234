"""Fields every schema shares: bounded text, choices, flags, moments in UTC with Z, whole numbers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from chassis.errors import Malformed
from chassis.json_provider import moment

MAX_INTEGER = 2**53 - 1


class Text(fields.String):
    """Trimmed text of ``min`` to ``max`` characters without control characters (line breaks when ``lines``)."""

    def __init__(self, max: int, *, min: int = 1, lines: bool = False, **kwargs: Any) -> None:
        self._lines = lines
        rules = [validate.Length(min, max), *_as_list(kwargs.pop("validate", None))]
        super().__init__(validate=rules, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        allowed = "\n\r\t" if self._lines else ""
        if any(ord(char) < 32 and char not in allowed for char in text):
            raise ValidationError("Control characters are not allowed.")
        return text


class Choice(fields.String):
    """One of a few ``words``. Another is 400 (``Invalid {what}``), in a body too: the partner family has it so."""

    def __init__(self, what: str, words: Sequence[str], **kwargs: Any) -> None:
        self._what, self._words = what, tuple(words)
        super().__init__(metadata={"enum": list(words), **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        word: str = super()._deserialize(value, attr, data, **kwargs)
        if word not in self._words:
            raise Malformed(f"Invalid {self._what}")
        return word


class Flag(fields.Boolean):
    """JSON's true or false; words and numbers that others take for them are refused."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Moment(fields.Field[datetime]):
    """A moment: ISO 8601 with an offset in, UTC with Z out."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"type": "string", "format": "date-time", **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else moment(value)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            read = datetime.fromisoformat(value)
            if read.tzinfo is None:
                raise ValidationError("Give the offset too, as in 2026-01-31T09:00:00Z.")
            return read.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            raise ValidationError("Not a moment in ISO 8601, as in 2026-01-31T09:00:00Z.") from None


class Count(fields.Integer):
    """A whole number within ``min`` and ``max``; text and fractions are refused."""

    def __init__(self, *, min: int = 0, max: int = MAX_INTEGER, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min, max), **kwargs)

    def _validated(self, value: Any) -> int:
        if isinstance(value, str | bool):
            raise self.make_error("invalid")
        found = super()._validated(value)
        return int(found) if found is not None else 0


def _as_list(rules: Any) -> list[Any]:
    return [] if rules is None else list(rules) if isinstance(rules, list | tuple) else [rules]
