"""Agents and groups: who did it, each known by one identifier."""

import re
from collections.abc import Iterator
from typing import Any

from programs.rules.xapi.shapes import NotAStatement, iri, many, members, one_of, text

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_MBOX = re.compile(r"mailto:[^@\s:]+@[^@\s]+")
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")


def _mbox(value: Any, path: str) -> None:
    if not isinstance(value, str) or len(value) > 320 or not _MBOX.fullmatch(value):
        raise NotAStatement(path, "Give an address as mailto:amina@example.org.")


def _sha1(value: Any, path: str) -> None:
    if not isinstance(value, str) or not _SHA1.fullmatch(value):
        raise NotAStatement(path, "Give a SHA-1 sum in hexadecimal.")


def _account(value: Any, path: str) -> None:
    members(value, path, {"homePage": iri, "name": text}, "homePage", "name")


_IDENTIFYING = {"mbox": _mbox, "mbox_sha1sum": _sha1, "openid": iri, "account": _account}
_AGENT = {"objectType": one_of("Agent"), "name": text, **_IDENTIFYING}


def agent(value: Any, path: str) -> None:
    """An Agent of exactly one identifier. Raises NotAStatement."""
    found = members(value, path, _AGENT)
    if sum(name in found for name in IDENTIFIERS) != 1:
        raise NotAStatement(path, "An Agent has exactly one of mbox, mbox_sha1sum, openid and account.")


_GROUP = {"objectType": one_of("Group"), "name": text, "member": many(agent), **_IDENTIFYING}


def group(value: Any, path: str) -> None:
    """A Group of one identifier, or of members. Raises NotAStatement."""
    found = members(value, path, _GROUP, "objectType")
    identifiers = sum(name in found for name in IDENTIFIERS)
    if identifiers > 1 or (identifiers == 0 and not found.get("member")):
        raise NotAStatement(path, "A Group has exactly one identifier, or members.")


def actor(value: Any, path: str) -> None:
    """An Agent or a Group. Raises NotAStatement."""
    is_group = isinstance(value, dict) and value.get("objectType") == "Group"
    (group if is_group else agent)(value, path)


def identifiers_of(value: Any) -> Iterator[str]:
    """How an agent is known, or a group and its members."""
    if not isinstance(value, dict):
        return
    for name in IDENTIFIERS:
        if name == "account" and name in value:
            yield f"account {value[name]['homePage']} {value[name]['name']}"
        elif name in value:
            yield f"{name} {value[name].lower() if name == 'mbox_sha1sum' else value[name]}"
    for one in value.get("member", ()):
        yield from identifiers_of(one)
