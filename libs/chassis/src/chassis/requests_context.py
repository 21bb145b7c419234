"""What every request carries: an id, a trace, a clean URL; and what it leaves: headers, one audit line, metrics."""

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request

from chassis import telemetry
from chassis.errors import Malformed
from chassis.ids import new_id

log = structlog.get_logger("audit")

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,128}$")
_TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
_QUIET = ("/healthz", "/readyz", "/metrics", "/internal/")


def install(app: Flask, service: str) -> None:
    """Have every request of this app begin and end the same way."""
    app.before_request(_begin)
    app.after_request(lambda response: _end(response, service))
    app.teardown_request(lambda _: structlog.contextvars.unbind_contextvars("request_id", "traceparent"))


def _begin() -> None:
    g.started = time.perf_counter()
    g.caller = None
    g.request_id = accepted_request_id(request.headers.get("X-Request-ID"))
    trace = request.headers.get("traceparent", "")
    g.traceparent = trace if _TRACEPARENT.match(trace) else f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    structlog.contextvars.bind_contextvars(request_id=g.request_id, traceparent=g.traceparent)
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        raise Malformed("The URL holds a NUL character.")


def accepted_request_id(given: str | None) -> str:
    """The client's request id when it is harmless, otherwise a new one."""
    return given if given and _REQUEST_ID.match(given) else str(new_id())


def _end(response: Response, service: str) -> Response:
    elapsed = time.perf_counter() - g.get("started", time.perf_counter())
    operation = g.get("operation") or (request.url_rule.rule if request.url_rule else "unmatched")
    response.headers["X-Request-ID"] = g.get("request_id", "")
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    telemetry.observe(service, request.method, operation, response.status_code, elapsed)
    if not request.path.startswith(_QUIET):
        caller = g.get("caller")
        log.info(
            "request",
            user=str(caller.user_id) if caller else None,
            organization=str(caller.organization_id) if caller and caller.organization_id else None,
            operation=f"{request.method} {operation}",
            status=response.status_code,
            ms=round(elapsed * 1000, 2),
        )
    return response
