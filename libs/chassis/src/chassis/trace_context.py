"""W3C Trace Context: which request or event led to what, carried by requests and events alike.

https://www.w3.org/TR/trace-context/ — what does not fit its grammar is as good as absent. Without tracing
(``chassis.tracing``) the caller's context is passed on as it came.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_PARENT = re.compile(r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})")
_KEY = r"[a-z0-9][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13}"
_MEMBER = re.compile(rf"(?P<key>{_KEY})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{{0,255}}[\x21-\x2b\x2d-\x3c\x3e-\x7e]")

STATE_MEMBERS = 32
STATE_LENGTH = 512
"""A tracestate that is longer loses its last, oldest members."""

_KNOWN_FLAGS = 0b11  # sampled, and that the trace id is random


@dataclass(frozen=True)
class TraceContext:
    """A place in a trace: ``span_id`` is whoever calls, as whose child the next span counts."""

    trace_id: str
    span_id: str
    flags: str = "01"
    state: str = ""

    @property
    def traceparent(self) -> str:
        """As the header, and as events carry it."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"

    def headers(self) -> dict[str, str]:
        """What a request to the next service carries."""
        return {"traceparent": self.traceparent} | ({"tracestate": self.state} if self.state else {})


_current: ContextVar[TraceContext | None] = ContextVar("trace_context", default=None)


def current() -> TraceContext | None:
    """Where we are; None where nobody asked for what is being done."""
    return _current.get()


def headers() -> dict[str, str]:
    """The headers of where we are, or none."""
    here = _current.get()
    return here.headers() if here else {}


@contextmanager
def entered(context: TraceContext | None) -> Iterator[None]:
    """Be at this place for a while."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


def fresh() -> TraceContext:
    """The beginning of a new trace."""
    return TraceContext(secrets.token_hex(16), secrets.token_hex(8))


def parse(traceparent: str | None, tracestate: str | None = None) -> TraceContext | None:
    """The place these headers name; None when there is no valid ``traceparent``.

    A later version of the header is read as far as we know it. An invalid ``tracestate`` is left out whole.
    """
    given = (traceparent or "").strip()
    found = _PARENT.match(given)
    if not found or found["version"] == "ff" or not int(found["trace"], 16) or not int(found["span"], 16):
        return None
    rest = given[found.end() :]
    if rest and (found["version"] == "00" or not rest.startswith("-")):
        return None
    return TraceContext(
        found["trace"], found["span"], f"{int(found['flags'], 16) & _KNOWN_FLAGS:02x}", _state(tracestate or "")
    )


def _state(given: str) -> str:
    members = [member for part in given.split(",") if (member := part.strip(" \t"))]
    found = [_MEMBER.fullmatch(member) for member in members]
    keys = {match["key"] for match in found if match}
    if len(members) > STATE_MEMBERS or len(keys) < len(members):
        return ""
    while len(state := ",".join(members)) > STATE_LENGTH:
        members.pop()
    return state
