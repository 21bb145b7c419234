"""Spans for OpenTelemetry, when there is a collector to send them to and the extra ``otel`` is installed.

``OTEL_EXPORTER_OTLP_ENDPOINT`` says where (OTLP over HTTP); the SDK reads the other ``OTEL_*`` variables itself. With
neither, nothing of OpenTelemetry is imported, and trace context still travels (``chassis.trace_context``).
Names and attributes hold route patterns, statuses and events' ids and types: nothing a person typed.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from os import environ
from typing import Protocol

import structlog

from chassis.trace_context import Entered, TraceContext, current, fresh

log = structlog.get_logger()

Value = str | int | float | bool


class Kind(Enum):
    """What the span is to its trace, as OpenTelemetry has it."""

    SERVER = "SERVER"
    CLIENT = "CLIENT"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


class Span(Protocol):
    """What may be said of a span while it lasts."""

    def describe(self, name: str, attributes: Mapping[str, Value], error: str | None = None) -> None:
        """Name it anew and add attributes; ``error`` is the kind of its failure."""


class Tracer(Protocol):
    """What makes spans."""

    def span(
        self, kind: Kind, name: str, parents: Sequence[TraceContext], attributes: Mapping[str, Value]
    ) -> AbstractContextManager[Span]:
        """See ``tracing.span``."""

    def close(self) -> None:
        """See ``tracing.close``."""


class _Unrecorded:
    def describe(self, name: str, attributes: Mapping[str, Value], error: str | None = None) -> None:
        """Nobody listens."""


_NOBODY = _Unrecorded()
_tracer: Tracer | None = None


def configure(service: str) -> None:
    """Begin to trace this process, if the environment asks for it. Call once, after the logs are configured."""
    global _tracer  # noqa: PLW0603 - a process traces or it does not
    if not any(environ.get(f"OTEL_EXPORTER_OTLP_{part}ENDPOINT") for part in ("", "TRACES_")):
        return
    try:
        from chassis.tracing.otel import OpenTelemetry
    except ImportError:
        log.warning("tracing is off", why="OTEL_EXPORTER_OTLP_ENDPOINT is set, but ufadhili-chassis[otel] is absent")
        return
    _tracer = OpenTelemetry(service)


def close() -> None:
    """Send what has ended, and trace no more."""
    global _tracer  # noqa: PLW0603 - as above
    if _tracer is not None:
        _tracer.close()
    _tracer = None


def is_on() -> bool:
    """Whether spans are made."""
    return _tracer is not None


def call(name: str, attributes: Mapping[str, Value]) -> AbstractContextManager[Span]:
    """The span of a call to another process: where nobody asked for what is being done, there is none."""
    here = current()
    return span(Kind.CLIENT, name, [here] if here else [], attributes) if here else _nothing()


def span(
    kind: Kind, name: str, parents: Sequence[TraceContext] = (), attributes: Mapping[str, Value] | None = None
) -> AbstractContextManager[Span]:
    """A span for as long as the block lasts; what is called or published in it belongs to it.

    Of parents in one trace the first is the parent; parents in several traces are all linked to from a new one.
    """
    if _tracer is not None:
        return _tracer.span(kind, name, parents, attributes or {})
    if kind in (Kind.CLIENT, Kind.PRODUCER):
        return _nothing()
    return passed_on(parents[0] if parents else None)


class _PassedOn(Entered):
    __slots__ = ()

    def __enter__(self) -> Span:  # type: ignore[override]  # the block also gets somebody to talk to
        super().__enter__()
        return _NOBODY


def passed_on(context: TraceContext | None) -> AbstractContextManager[Span]:
    """No span: what is done in the block belongs to the caller's, or to a new trace that nobody records."""
    return _PassedOn(context or fresh())


def _nothing() -> AbstractContextManager[Span]:
    return nullcontext(_NOBODY)
