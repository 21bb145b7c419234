"""What every request carries: an id, a trace, a clean URL; and what it leaves: headers, one audit line, metrics."""

import re
import time
from contextlib import AbstractContextManager, ExitStack

import structlog
from flask import Flask, Response, g, request

from chassis import telemetry, trace_context, tracing
from chassis.errors import Malformed
from chassis.ids import new_id

log = structlog.get_logger("audit")

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,128}$")
_PROBES = ("/healthz", "/readyz", "/metrics")
_QUIET = (*_PROBES, "/internal/")


def install(app: Flask) -> None:
    """Have every request of this app begin and end the same way."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_leave)


def _begin() -> None:
    g.started = time.perf_counter()
    g.caller = None
    g.request_id = accepted_request_id(request.headers.get("X-Request-ID"))
    g.around = ExitStack()
    g.around.enter_context(telemetry.IN_FLIGHT.track_inprogress())
    g.around.enter_context(structlog.contextvars.bound_contextvars(request_id=g.request_id))
    g.span = g.around.enter_context(_span())
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        raise Malformed("The URL holds a NUL character.")


def _span() -> AbstractContextManager[tracing.Span]:
    """The request's span. What machines ask all the time begins no trace, it only goes on with one."""
    caller = trace_context.parse(request.headers.get("traceparent"), request.headers.get("tracestate"))
    if request.path in _PROBES or (caller is None and request.path.startswith(_QUIET)):
        return tracing.passed_on(caller)
    return tracing.span(tracing.Kind.SERVER, request.method, [caller] if caller else [])


def accepted_request_id(given: str | None) -> str:
    """The client's request id when it is harmless, otherwise a new one."""
    return given if given and _REQUEST_ID.match(given) else str(new_id())


def _end(response: Response) -> Response:
    elapsed = time.perf_counter() - g.get("started", time.perf_counter())
    operation = g.get("operation") or (request.url_rule.rule if request.url_rule else "unmatched")
    response.headers["X-Request-ID"] = g.get("request_id", "")
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    telemetry.observe(request.method, operation, response.status_code, elapsed)
    _describe(operation, response.status_code)
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


def _describe(operation: str, status: int) -> None:
    method = request.method if request.method in telemetry.METHODS else "_OTHER"
    attributes = {"http.request.method": method, "http.route": operation, "http.response.status_code": status}
    g.span.describe(f"{method} {operation}", attributes, str(status) if status >= 500 else None)


def _leave(_: BaseException | None) -> None:
    around: ExitStack | None = g.pop("around", None)
    if around is not None:
        around.close()
