"""Money and addresses as the API writes them."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields, utils

from chassis.errors import Malformed
from chassis.fields import Text
from chassis.money import Money


class Major(fields.Field[Any]):
    """Minor units inside, major units outside, in the ``currency`` beside it: 2000000 KES is shown as 20000."""

    def __init__(self, minor: str, **kwargs: Any) -> None:
        metadata = {"type": "number", "example": 20000, **kwargs.pop("metadata", {})}
        super().__init__(attribute=minor, dump_only=True, metadata=metadata, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> int | float | None:  # noqa: ARG002
        return None if value is None else Money(int(value), utils.get_value(obj, "currency")).major()


class Word(fields.String):
    """One of a few words. Another is refused with 400, as the partner family's document says, in query and body."""

    def __init__(self, words: Sequence[str], **kwargs: Any) -> None:
        self._words = words
        super().__init__(metadata={"enum": list(words), **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in self._words:
            name = str(attr or "value").replace("_", " ")
            raise Malformed(f"Invalid {name}; choose one of: {', '.join(self._words)}.")
        return text


class ReturnUrl(Text):
    """An address of the client's own site: https, or http on localhost, without a user or password in it."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"format": "uri", **kwargs.pop("metadata", {})}
        super().__init__(2000, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not _is_acceptable(text):
            raise ValidationError("Give an https address (http on localhost) without credentials.")
        return text


def _is_acceptable(text: str) -> bool:
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_local(host))


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
