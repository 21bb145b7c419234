"""Whether a statement keeps to the specification (xAPI 1.0.3, part 2)."""

import json
from typing import Any

from programs.rules.xapi.agents import actor, group
from programs.rules.xapi.objects import activities, activity, reference
from programs.rules.xapi.shapes import (
    NotAStatement,
    duration,
    extensions,
    flag,
    iri,
    language,
    members,
    moment,
    number,
    text,
    uuid,
    words,
)

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
LARGEST = 256 * 1024
"""Characters of one statement."""
DEEPEST = 50


def _verb(value: Any, path: str) -> None:
    members(value, path, {"id": iri, "display": words}, "id")


_SCORE = dict.fromkeys(("scaled", "raw", "min", "max"), number)


def _score(value: Any, path: str) -> None:
    found = members(value, path, _SCORE)
    low, high, raw = found.get("min"), found.get("max"), found.get("raw")
    if not -1 <= found.get("scaled", 0) <= 1:
        raise NotAStatement(f"{path}.scaled", "Give a number from -1 to 1.")
    if low is not None and high is not None and low >= high:
        raise NotAStatement(f"{path}.min", "This is less than max.")
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        raise NotAStatement(f"{path}.raw", "This is between min and max.")


_RESULT = {
    "score": _score, "success": flag, "completion": flag, "response": text, "duration": duration,
    "extensions": extensions,
}  # fmt: skip


def _result(value: Any, path: str) -> None:
    members(value, path, _RESULT)


def _context_activities(value: Any, path: str) -> None:
    members(value, path, dict.fromkeys(("parent", "grouping", "category", "other"), activities))


_CONTEXT = {
    "registration": uuid, "instructor": actor, "team": group, "contextActivities": _context_activities,
    "revision": text, "platform": text, "language": language, "statement": reference, "extensions": extensions,
}  # fmt: skip


def _context(value: Any, path: str) -> None:
    members(value, path, _CONTEXT)


def _no_attachments(_: Any, path: str) -> None:
    raise NotAStatement(path, "Attachments are not kept here; send the statement without them.")


def _any_object(value: Any, path: str) -> None:
    kind = value.get("objectType", "Activity") if isinstance(value, dict) else "Activity"
    if kind == "SubStatement":
        _sub_statement(value, path)
    elif kind in ("Agent", "Group"):
        actor(value, path)
    elif kind == "StatementRef":
        reference(value, path)
    else:
        activity(value, path)


def _sub_statement(value: Any, path: str) -> None:
    kind = value.get("object", {})
    if isinstance(kind, dict) and kind.get("objectType") == "SubStatement":
        raise NotAStatement(f"{path}.object", "A SubStatement holds no other.")
    _said(members(value, path, {"objectType": text, **_SAID}, "actor", "verb", "object"), path)


def _version(value: Any, path: str) -> None:
    if not isinstance(value, str) or not (value == "1.0" or value.startswith("1.0.")):
        raise NotAStatement(path, "Only statements of version 1.0.x are taken.")


_SAID = {
    "actor": actor, "verb": _verb, "object": _any_object, "result": _result, "context": _context,
    "timestamp": moment, "attachments": _no_attachments,
}  # fmt: skip
_STATEMENT = {**_SAID, "id": uuid, "stored": moment, "authority": actor, "version": _version}


def check_statement(value: Any, path: str) -> None:
    """Raise NotAStatement unless it is one."""
    check_size(value, path)
    found = members(value, path, _STATEMENT, "actor", "verb", "object")
    _said(found, path)
    is_reference = found["object"].get("objectType") == "StatementRef"
    if found["verb"]["id"] == VOIDED and not is_reference:
        raise NotAStatement(f"{path}.object", "What is voided is named by a StatementRef.")


def _said(found: dict[str, Any], path: str) -> None:
    context = found.get("context", {})
    is_activity = found["object"].get("objectType", "Activity") == "Activity"
    for name in ("revision", "platform"):
        if name in context and not is_activity:
            raise NotAStatement(f"{path}.context.{name}", "Only beside an Activity.")


def check_size(value: Any, path: str) -> None:
    """Raise NotAStatement for what is too deep or too long to be read safely."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise NotAStatement(path, f"It is nested deeper than {DEEPEST} levels.")
        inner = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [one for some in inner for one in some]
    if len(json.dumps(value, ensure_ascii=False)) > LARGEST:
        raise NotAStatement(path, f"It is longer than {LARGEST:,} characters.")
