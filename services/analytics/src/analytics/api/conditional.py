"""Reads that are polled: If-None-Match is answered before anything is counted, where a tag can be known before."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from flask import Response, request

T = TypeVar("T")

Answer = tuple[Any, int, dict[str, str]]


def unless_known(tag: str | None, read: Callable[[], Any], *, kept: bool = True) -> Response | Answer:
    """304 without a body, or what ``read`` tells with its tag: the one given, else made of the answer itself.

    ``kept`` is whether a client may keep the answer: one that names people may not be kept on the way.
    ``fields`` asks for another representation, and has another tag.
    """
    made = None if tag is None else _etag(tag)
    if made is not None and _is_known(made):
        return Response(status=304, headers=_headers(made, kept))
    answer = read()
    if made is None:
        made = _etag(msgspec.json.encode(answer, enc_hook=str).decode())
        if _is_known(made):
            return Response(status=304, headers=_headers(made, kept))
    return answer, 200, _headers(made, kept)


def known_or_made(
    tag: str | None, make: Callable[[], T], tag_of: Callable[[T], str]
) -> tuple[T | None, dict[str, str]]:
    """What ``make`` makes, or None when the client has it already, and the headers of the answer.

    For what is dear to finish: with a ``tag`` known before, it is not even begun.
    """
    if tag is not None and _is_known(_etag(tag)):
        return None, _headers(_etag(tag), kept=False)
    made = make()
    etag = _etag(tag or tag_of(made))
    return (None if tag is None and _is_known(etag) else made), _headers(etag, kept=False)


def _etag(told: str) -> str:
    fields = request.args.get("fields", "")
    return hashlib.sha256(f"{fields}\n{told}".encode()).hexdigest()[:32]


def _is_known(tag: str) -> bool:
    return request.if_none_match.contains_weak(tag)


def _headers(tag: str, kept: bool) -> dict[str, str]:
    return {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache" if kept else "private, no-store"}
