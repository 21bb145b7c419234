"""flask-smorest, set to the house's ways: strict JSON in, refusals out, documents of both."""

from typing import Any, NoReturn

import msgspec
from flask import Request
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema, ValidationError, fields
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from chassis.errors import Invalid, Malformed, UnsupportedMediaType

PROBLEM = "application/problem+json"


class ProblemSchema(Schema):
    """A refusal, as application/problem+json (RFC 9457)."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String()
    code = fields.String(metadata={"description": "Stable and machine-readable."})
    request_id = fields.String()
    errors = fields.List(fields.Dict(), metadata={"description": "What is wrong, field by field."})
    error = fields.Dict(metadata={"description": "code, message and details once more, for S3's clients."})


class Parser(FlaskParser):
    """Reads a request strictly: real JSON, no NUL, no half surrogate; what is wrong is listed field by field."""

    DEFAULT_VALIDATION_STATUS = 422

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return missing
        if req.mimetype != "application/json" and not req.mimetype.endswith("+json"):
            raise UnsupportedMediaType()
        return read_json(body)

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Raise the refusal: 400 for what stands in the URL, 422 for a body."""
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        location, found = next(iter(messages.items())) if len(messages) == 1 else ("json", messages)
        errors = list(_flat(found))
        if location in ("query", "path"):
            raise Malformed("A query parameter is not valid.", errors=errors) from None
        raise Invalid(errors=errors) from None


def read_json(body: bytes) -> Any:
    """Decode JSON; raises Malformed for anything a database or another reader would choke on."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Malformed("The body is not valid JSON.") from None
    except RecursionError:
        raise Malformed("The body is nested too deeply.") from None
    if b"\\u0000" in body or b"\0" in body:
        raise Malformed("The body holds a NUL character.")
    return value


def _flat(messages: Any, path: str = "") -> Any:
    if isinstance(messages, dict):
        for key, value in messages.items():
            name = path if key == "_schema" else f"{path}.{key}" if path else str(key)
            yield from _flat(value, name)
    elif isinstance(messages, list) and not all(isinstance(message, str) for message in messages):
        for message in messages:
            yield from _flat(message, path)
    else:
        text = " ".join(messages) if isinstance(messages, list) else str(messages)
        yield {"field": path, "message": text}


class Blueprint(SmorestBlueprint):  # type: ignore[misc]
    """A resource's URLs. ``arguments`` reads strictly; paths match with and without the trailing slash."""

    ARGUMENTS_PARSER = Parser()


class Api(SmorestApi):  # type: ignore[misc]
    """The service's OpenAPI document. Refusals are rendered by ``chassis.rendering``, not here."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to the chassis."""
