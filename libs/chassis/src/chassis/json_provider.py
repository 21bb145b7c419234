"""JSON out, by msgspec: moments in UTC with Z, ids and days as text, exact decimals as numbers."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from flask import Response
from flask.json.provider import JSONProvider


def _other(value: Any) -> Any:
    if hasattr(value, "__html__"):
        return str(value.__html__())
    raise NotImplementedError(f"{type(value).__name__} has no JSON form")


_encoder = msgspec.json.Encoder(enc_hook=_other, decimal_format="number")


class JsonProvider(JSONProvider):
    """Flask's JSON door."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """Encode to text."""
        return _encoder.encode(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Decode; raises ValueError for anything that is not JSON."""
        return msgspec.json.decode(s)

    def response(self, *args: Any, **kwargs: Any) -> Any:
        """A JSON response."""
        body = _encoder.encode(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype="application/json")


def moment(value: datetime) -> str:
    """A moment as the API writes it: UTC, with Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def number(value: Decimal) -> int | float:
    """A decimal as the API writes it: an integer when whole."""
    return int(value) if value == value.to_integral_value() else float(value)
