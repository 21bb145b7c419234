"""A refusal becomes an answer here and nowhere else, in the shape of the family the path belongs to."""

from collections.abc import Mapping, Sequence
from traceback import extract_tb
from typing import Any

import msgspec
import structlog
from flask import Flask, Response, g, request
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException

from chassis.errors import Busy, Invalid, Refusal

log = structlog.get_logger()

_FRAMES = 20
"""How many places of an error's way are logged, the last ones."""

PARTNER = "/api/v1/partner"
"""Below this path refusals have a shape of their own."""

_TITLES = {
    400: "Bad request", 401: "Not signed in", 403: "Not allowed", 404: "Not found", 405: "Method not allowed",
    409: "Conflict", 413: "Too large", 415: "Unsupported media type", 422: "Not valid", 429: "Too many requests",
    500: "Internal error", 502: "Bad gateway", 503: "Unavailable", 504: "Gateway timeout",
}  # fmt: skip


def install(app: Flask) -> None:
    """Render every refusal and every surprise of this app."""
    app.register_error_handler(Refusal, answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DataError, lambda _: answer(Invalid("A value cannot be stored.")))
    app.register_error_handler(OperationalError, _database_trouble)
    app.register_error_handler(TimeoutError, _database_trouble)
    app.register_error_handler(Exception, _surprise)


def answer(refusal: Refusal, *, path: str | None = None) -> Response:
    """The refusal as a response."""
    body = problem(
        refusal.status, refusal.code, refusal.text, errors=refusal.errors, details=refusal.details, path=path
    )
    for name, value in refusal.headers.items():
        body.headers[name] = value
    return body


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, Any]] = (),
    details: Mapping[str, Any] | None = None,
    path: str | None = None,
) -> Response:
    """A refusal's body in the family's shape."""
    path = path or request.path
    request_id = g.get("request_id", "")
    body, kind = shape(status, code, detail, path=path, request_id=request_id, errors=errors, details=details)
    return Response(body, status, content_type=kind)


def shape(
    status: int,
    code: str,
    detail: str,
    *,
    path: str,
    request_id: str,
    errors: Sequence[Mapping[str, Any]] = (),
    details: Mapping[str, Any] | None = None,
) -> tuple[bytes, str]:
    """A refusal's body and its content type, outside any request: ``path`` says whose family it is."""
    if path.startswith(PARTNER):
        return _partner(status, detail, errors, request_id), "application/json"
    body = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Refused"),
        "status": status,
        "detail": detail,
        "instance": path,
        "code": code,
        "request_id": request_id,
        "errors": list(errors),
        "error": {"code": code.upper(), "message": detail, "details": dict(details or {})},
    }
    return msgspec.json.encode(body), "application/problem+json"


def _partner(status: int, detail: str, errors: Sequence[Mapping[str, Any]], request_id: str) -> bytes:
    shown: Any = detail
    if status == 422 and errors:
        shown = [
            {"loc": ["body", *str(e["field"]).split(".")], "msg": e["message"], "type": "value_error"} for e in errors
        ]
    return msgspec.json.encode({"detail": shown, "request_id": request_id})


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    body = problem(status, _TITLES.get(status, "error").lower().replace(" ", "_"), error.description or "")
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            body.headers[name] = value
    return body


def _database_trouble(error: Exception) -> Response:
    log.warning("database_unavailable", error=type(error).__name__)
    return answer(Busy("The database does not answer; try again shortly."))


def _surprise(error: Exception) -> Response:
    # No message, of this error or of those behind it: they quote the values they stumbled on.
    cause = error.orig if isinstance(error, DBAPIError) else error
    log.error("unhandled", error=type(cause).__name__, trace=places(error))
    return problem(500, "internal_error", "Something went wrong on our side; the request id identifies it.")


def places(error: BaseException) -> list[str]:
    """The places of our code an error passed, the last ones: what a log may hold of it."""
    trace = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in extract_tb(error.__traceback__)]
    return trace[-_FRAMES:]
