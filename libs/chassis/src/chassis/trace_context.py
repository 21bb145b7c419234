"""W3C Trace Context: which request or event led to what, carried by requests and events alike.

https://www.w3.org/TR/trace-context/ — what does not fit its grammar is as good as absent. Without tracing
(``chassis.tracing``) the caller's context is passed on as it came.
"""

import re
import secrets
from contextvars import ContextVar, Token
from typing import NamedTuple

_PARENT = re.compile(r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})")
_KEY = r"[a-z0-9][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13}"
_MEMBER = re.compile(rf"(?P<key>{_KEY})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{{0,255}}[\x21-\x2b\x2d-\x3c\x3e-\x7e]")

STATE_MEMBERS = 32
STATE_LENGTH = 512
"""A tracestate that is longer loses its last, oldest members."""

_NO_TRACE, _NO_SPAN = "0" * 32, "0" * 16
_KNOWN_FLAGS = 0b11  # sampled, and that the trace id is random


class TraceContext(NamedTuple):
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


class Entered:
    """Being at a place for as long as the block lasts. A class, since every request passes here: it is quick."""

    __slots__ = ("_context", "_token")

    def __init__(self, context: TraceContext | None) -> None:
        self._context = context

    def __enter__(self) -> None:
        self._token: Token[TraceContext | None] = _current.set(self._context)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def entered(context: TraceContext | None) -> Entered:
    """Be at this place for a while."""
    return Entered(context)


def fresh() -> TraceContext:
    """The beginning of a new trace."""
    return TraceContext(secrets.token_hex(16), secrets.token_hex(8))


def parse(traceparent: str | None, tracestate: str | None = None) -> TraceContext | None:
    """The place these headers name; None when there is no valid ``traceparent``.

    A later version of the header is read as far as we know it. An invalid ``tracestate`` is left out whole.
    """
    given = (traceparent or "").strip()
    found = _PARENT.match(given)
    if not found:
        return None
    version, trace_id, span_id, flags = found.groups()
    rest = given[found.end() :]
    if version == "ff" or trace_id == _NO_TRACE or span_id == _NO_SPAN:
        return None
    if rest and (version == "00" or not rest.startswith("-")):
        return None
    known = flags if flags in ("00", "01") else f"{int(flags, 16) & _KNOWN_FLAGS:02x}"
    return TraceContext(trace_id, span_id, known, _state(tracestate) if tracestate else "")


def _state(given: str) -> str:
    members = [member for part in given.split(",") if (member := part.strip(" \t"))]
    found = [_MEMBER.fullmatch(member) for member in members]
    keys = {match["key"] for match in found if match}
    if len(members) > STATE_MEMBERS or len(keys) < len(members):
        return ""
    while len(state := ",".join(members)) > STATE_LENGTH:
        members.pop()
    return state
