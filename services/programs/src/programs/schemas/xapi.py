"""xAPI's own JSON: what is asked of statements, and what is said about us."""

from collections.abc import Mapping
from typing import Any

import msgspec
from marshmallow import Schema, fields

from chassis.errors import Malformed
from programs.queries.xapi import Wanted
from programs.rules.xapi.agents import actor
from programs.rules.xapi.prints import agent_terms, term
from programs.rules.xapi.shapes import NotAStatement, iri, read_moment, read_uuid

MOST = 500
"""Statements of one page."""
_USUAL = 100
_ONE = frozenset({"statementId", "voidedStatementId", "attachments", "format"})
_MANY = frozenset({
    "agent", "verb", "activity", "registration", "related_activities", "related_agents", "since", "until", "limit",
    "ascending", "attachments", "format",
})  # fmt: skip


class AboutOut(Schema):
    """Which versions are spoken here, and what is left out."""

    version = fields.List(fields.String(), required=True)
    extensions = fields.Dict(required=True)


def parameters() -> list[dict[str, Any]]:
    """The query of statements, for the document."""
    return [
        {"in": "query", "name": name, "schema": {"type": "string"}, "required": False} for name in sorted(_ONE | _MANY)
    ]


def check_query(query: Mapping[str, str]) -> None:
    """Raise Malformed for a parameter that does not exist, or not beside the others."""
    ids = {"statementId", "voidedStatementId"} & set(query)
    for name in query:
        if name not in (_ONE if ids else _MANY) or len(ids) > 1:
            raise Malformed("Give one of statementId and voidedStatementId alone, or filters that xAPI 1.0.3 knows.")
    if _flag(query, "attachments"):
        raise Malformed("Attachments are not kept here; ask without them.")
    if query.get("format", "exact") != "exact":
        raise Malformed("Statements are given back exactly as they came: format=exact is the only one.")


def read_wanted(query: Mapping[str, str]) -> Wanted:
    """The filters of a query. Raises Malformed."""
    related = {name: _flag(query, f"related_{name}") for name in ("agents", "activities")}
    try:
        limit = abs(int(query.get("limit", "0")))
        return Wanted(
            terms=tuple(_terms(query, related)),
            since=read_moment(query["since"]) if "since" in query else None,
            until=read_moment(query["until"]) if "until" in query else None,
            ascending=_flag(query, "ascending"),
            limit=min(limit or _USUAL, MOST),
        )
    except (ValueError, OverflowError) as error:
        text = (
            f"{error.path}: {error.message}" if isinstance(error, NotAStatement) else "since, until or limit is none."
        )
        raise Malformed(text) from None


def _terms(query: Mapping[str, str], related: Mapping[str, bool]) -> list[bytes]:
    found = []
    for name, kind in (("verb", "verb"), ("activity", "related activity" if related["activities"] else "activity")):
        if name in query:
            iri(query[name], name)
            found.append(term(kind, query[name]))
    if "registration" in query:
        registration = read_uuid(query["registration"])
        if registration is None:
            raise NotAStatement("registration", "Give a UUID.")
        found.append(term("registration", str(registration)))
    if "agent" in query:
        found += _agent(query["agent"], "related agent" if related["agents"] else "agent")
    return found


def _agent(given: str, kind: str) -> set[bytes]:
    try:
        agent = msgspec.json.decode(given)
    except (msgspec.DecodeError, RecursionError):
        raise NotAStatement("agent", "Give an Agent in JSON.") from None
    actor(agent, "agent")
    found = agent_terms({name: value for name, value in agent.items() if name != "member"}, kind)
    if not found:
        raise NotAStatement("agent", "Give an Agent or a Group of one identifier.")
    return found


def _flag(query: Mapping[str, str], name: str) -> bool:
    value = query.get(name, "false")
    if value not in ("true", "false"):
        raise Malformed(f"{name} is true or false.")
    return value == "true"
