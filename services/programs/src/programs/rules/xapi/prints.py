"""When two statements are the same one, and what a statement is found by."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from programs.rules.xapi.agents import identifiers_of
from programs.rules.xapi.shapes import read_moment

_OURS = ("id", "stored", "authority", "version")
"""What we set ourselves, or what the sender may leave out."""


def fingerprint(statement: dict[str, Any]) -> bytes:
    """Equal for equal statements, however their properties are ordered."""
    told = {name: value for name, value in statement.items() if name not in _OURS}
    if "timestamp" in told:
        told["timestamp"] = read_moment(told["timestamp"]).isoformat()
    return hashlib.sha256(json.dumps(_plain(told), sort_keys=True).encode()).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def as_lists(statement: dict[str, Any]) -> dict[str, Any]:
    """With lists for single context activities, as a store gives them back."""
    changed = dict(statement)
    context = changed.get("context", {})
    if "contextActivities" in context:
        listed = {k: v if isinstance(v, list) else [v] for k, v in context["contextActivities"].items()}
        changed["context"] = {**context, "contextActivities": listed}
    if changed["object"].get("objectType") == "SubStatement":
        changed["object"] = as_lists(changed["object"])
    return changed


def term(kind: str, value: str) -> bytes:
    """What stands for a value in the index."""
    return hashlib.sha256(f"{kind} {value}".encode("utf-8", "surrogatepass")).digest()


def agent_terms(agent: dict[str, Any], kind: str = "agent") -> set[bytes]:
    """What an agent is found by."""
    return {term(kind, identifier) for identifier in identifiers_of(agent)}


def terms_of(statement: dict[str, Any]) -> set[bytes]:
    """Everything a statement is found by."""
    found = {term("verb", statement["verb"]["id"])}
    direct = (statement["actor"], statement["object"])
    for agent in direct:
        found |= agent_terms(agent)
    if statement["object"].get("objectType", "Activity") == "Activity":
        found.add(term("activity", statement["object"]["id"]))
    if registration := statement.get("context", {}).get("registration"):
        found.add(term("registration", str(UUID(registration))))
    for kind, value in _related(statement):
        found |= agent_terms(value, kind) if kind == "related agent" else {term(kind, value["id"])}
    return found


def _related(statement: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Agents and activities anywhere in it."""
    context, said = statement.get("context", {}), statement["object"]
    agents = (statement["actor"], context.get("instructor"), context.get("team"), statement.get("authority"))
    yield from (("related agent", agent) for agent in agents if agent)
    kind = said.get("objectType", "Activity")
    if kind == "SubStatement":
        yield from _related(said)
    elif kind in ("Agent", "Group"):
        yield "related agent", said
    elif kind == "Activity":
        yield "related activity", said
    for listed in context.get("contextActivities", {}).values():
        yield from (("related activity", one) for one in (listed if isinstance(listed, list) else [listed]))
