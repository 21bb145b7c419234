"""Structured logs: one JSON object a line on standard output, no secret and no personal data in any of them."""

import logging
import sys

import structlog

from chassis import trace_context


def configure(service: str, level: str = "INFO", style: str = "json") -> None:
    """Route structlog and the standard library's loggers to standard output."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _of(service),
        _in_trace,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    final = structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, final],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("urllib3", "weasyprint", "fontTools", "alembic.runtime.plugins"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _of(service: str) -> structlog.typing.Processor:
    """Put the service's name on every line, whatever thread wrote it."""

    def stamp(_: object, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        line.setdefault("service", service)
        return line

    return stamp


def _in_trace(_: object, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Name the trace, and the span (where none is recorded here: the caller's), by which lines of services join."""
    here = trace_context.current()
    if here is not None:
        line.setdefault("trace_id", here.trace_id)
        line.setdefault("span_id", here.span_id)
    return line
