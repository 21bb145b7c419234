"""The spans themselves. Imported only where tracing is on: it needs the extra ``otel``."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.metadata import version
from os import environ
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    TraceState,
)
from sqlalchemy import Engine, event

from chassis.trace_context import TraceContext, entered
from chassis.tracing import Kind, Span, Value

LINKS = 128
"""Links a span may have: the SDK keeps no more."""


@dataclass
class _Meter:
    """Time spent in the database by one span, in seconds."""

    statements: int = 0
    seconds: float = 0.0


_meter: ContextVar[_Meter | None] = ContextVar("database_meter", default=None)


class OpenTelemetry:
    """Makes spans and has the SDK send them in batches; what is left is sent when the process ends."""

    def __init__(self, service: str) -> None:
        self._provider = TracerProvider(resource=_resource(service))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("ufadhili", version("ufadhili-chassis"))
        event.listen(Engine, "before_cursor_execute", _before)
        event.listen(Engine, "after_cursor_execute", _after)

    @contextmanager
    def span(
        self, kind: Kind, name: str, parents: Sequence[TraceContext], attributes: Mapping[str, Value]
    ) -> Iterator[Span]:
        """See ``chassis.tracing.span``. An exception that leaves the block is told by its kind, never its text."""
        parent, links = _parentage(parents)
        span = self._tracer.start_span(
            name, context=parent, kind=SpanKind[kind.value], attributes=attributes, links=links
        )
        meter = _Meter()
        token = _meter.set(meter)
        try:
            with entered(_place(span.get_span_context())):
                yield _Recorded(span)
        except BaseException as error:
            _fail(span, type(error).__name__)
            raise
        finally:
            _meter.reset(token)
            if meter.statements:
                span.set_attribute("ufadhili.db.statements", meter.statements)
                span.set_attribute("ufadhili.db.seconds", meter.seconds)
            span.end()

    def close(self) -> None:
        """Send what has ended and make no more."""
        self._provider.shutdown()
        event.remove(Engine, "before_cursor_execute", _before)
        event.remove(Engine, "after_cursor_execute", _after)


@dataclass(frozen=True)
class _Recorded:
    span: trace.Span

    def describe(self, name: str, attributes: Mapping[str, Value], error: str | None = None) -> None:
        self.span.update_name(name)
        self.span.set_attributes(attributes)
        if error is not None:
            _fail(self.span, error)


def _fail(span: trace.Span, error: str) -> None:
    span.set_attribute("error.type", error)
    span.set_status(Status(StatusCode.ERROR))


def _resource(service: str) -> Resource:
    """Who we are; what OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say comes first."""
    ours: dict[str, Any] = {
        "service.namespace": "ufadhili",
        "service.version": version("ufadhili-chassis"),
        "deployment.environment.name": environ.get("UFADHILI_ENV", "local"),
    }
    given = Resource.create()
    if str(given.attributes.get("service.name", "")).startswith("unknown_service"):
        given = given.merge(Resource({"service.name": service}))
    return Resource(ours).merge(given)


def _parentage(parents: Sequence[TraceContext]) -> tuple[Context, list[Link]]:
    places = list(dict.fromkeys(parents))
    alone = Context()  # not the context of the thread, which is nobody's we know of
    if len({place.trace_id for place in places}) != 1:
        return alone, [Link(_span_context(place)) for place in places[:LINKS]]
    first, *others = places
    parent = trace.set_span_in_context(NonRecordingSpan(_span_context(first)), alone)
    return parent, [Link(_span_context(place)) for place in others[:LINKS]]


def _span_context(place: TraceContext) -> SpanContext:
    state = TraceState.from_header([place.state]) if place.state else TraceState()
    flags = TraceFlags(int(place.flags, 16))
    return SpanContext(int(place.trace_id, 16), int(place.span_id, 16), True, flags, state)


def _place(span: SpanContext) -> TraceContext:
    trace_id, span_id = trace.format_trace_id(span.trace_id), trace.format_span_id(span.span_id)
    return TraceContext(trace_id, span_id, f"{span.trace_flags:02x}", span.trace_state.to_header())


def _before(_conn: Any, _cursor: Any, _statement: Any, _values: Any, context: Any, _many: Any) -> None:
    context.ufadhili_began = time.perf_counter()


def _after(_conn: Any, _cursor: Any, _statement: Any, _values: Any, context: Any, _many: Any) -> None:
    meter = _meter.get()
    if meter is not None:
        meter.statements += 1
        meter.seconds += time.perf_counter() - context.ufadhili_began
