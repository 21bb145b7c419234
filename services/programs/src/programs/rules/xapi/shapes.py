"""The words statements are checked with: objects with known properties, and values of fixed form."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Check = Callable[[Any, str], None]

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_NUMBER = r"\d+(?:[.,]\d+)?"
_DURATION = re.compile(
    rf"P(?:{_NUMBER}W|(?=\d|T)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_MOMENT = re.compile(r"\d{4}-?\d{2}-?\d{2}T.+")
_NO_OFFSET = re.compile(r".*-00(:?00)?")


class NotAStatement(ValueError):
    """What was sent breaks the specification at ``path``; the message says how."""

    def __init__(self, path: str, message: str) -> None:
        self.path, self.message = path, message
        super().__init__(f"{path}: {message}")


def members(value: Any, path: str, known: Mapping[str, Check], *required: str) -> dict[str, Any]:
    """An object of these properties and no others, none of them null, each as its check says. Raises NotAStatement."""
    if not isinstance(value, dict):
        raise NotAStatement(path, "Give an object.")
    for name in required:
        if name not in value:
            raise NotAStatement(f"{path}.{name}", "This is required.")
    for name, inner in value.items():
        if name not in known:
            raise NotAStatement(f"{path}.{name}"[:200], "xAPI 1.0.3 knows no such property here.")
        known[name](inner, f"{path}.{name}")
    return value


def text(value: Any, path: str) -> None:
    """A string."""
    if not isinstance(value, str):
        raise NotAStatement(path, "Give a string.")


def flag(value: Any, path: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise NotAStatement(path, "Give true or false.")


def number(value: Any, path: str) -> None:
    """A number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise NotAStatement(path, "Give a number.")


def iri(value: Any, path: str) -> None:
    """An IRI with its scheme."""
    _form(value, path, _IRI, "Give an IRI, as in https://example.org/course/1.")


def language(value: Any, path: str) -> None:
    """A language tag (RFC 5646)."""
    _form(value, path, _LANGUAGE, "Give a language tag, as in en-KE.")


def uuid(value: Any, path: str) -> None:
    """A UUID in its usual form."""
    _form(value, path, _UUID, "Give a UUID.")


def duration(value: Any, path: str) -> None:
    """A duration (ISO 8601)."""
    _form(value, path, _DURATION, "Give a duration in ISO 8601, as in PT1H30M.")


def moment(value: Any, path: str) -> None:
    """A timestamp (ISO 8601)."""
    text(value, path)
    try:
        read_moment(value)
    except (ValueError, OverflowError):
        raise NotAStatement(path, "Give a timestamp in ISO 8601, as in 2026-01-31T09:00:00Z.") from None


def read_moment(value: str) -> datetime:
    """The moment a timestamp says; without an offset it is taken for UTC. Raises ValueError, OverflowError."""
    if not _MOMENT.fullmatch(value) or _NO_OFFSET.fullmatch(value[11:]):
        raise ValueError(value)
    read = datetime.fromisoformat(value)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def words(value: Any, path: str) -> None:
    """A language map."""
    if not isinstance(value, dict):
        raise NotAStatement(path, "Give an object of language tags.")
    for tag, inner in value.items():
        language(tag, f"{path}.{tag}"[:200])
        text(inner, f"{path}.{tag}")


def extensions(value: Any, path: str) -> None:
    """Anything, by IRI."""
    if not isinstance(value, dict):
        raise NotAStatement(path, "Give an object of IRIs.")
    for name in value:
        iri(name, f"{path}.{name}"[:200])


def one_of(*allowed: str) -> Check:
    """Exactly one of these words."""

    def check(value: Any, path: str) -> None:
        if value not in allowed or not isinstance(value, str):
            raise NotAStatement(path, f"Give {' or '.join(allowed)}.")

    return check


def many(check: Check) -> Check:
    """A list of such."""

    def check_all(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise NotAStatement(path, "Give a list.")
        for number, inner in enumerate(value):
            check(inner, f"{path}[{number}]")

    return check_all


def read_uuid(value: str) -> UUID | None:
    """A UUID, or None for other text."""
    return UUID(value) if _UUID.fullmatch(value) else None


def _form(value: Any, path: str, form: re.Pattern[str], message: str) -> None:
    if not isinstance(value, str) or len(value) > 4096 or not form.fullmatch(value):
        raise NotAStatement(path, message)
