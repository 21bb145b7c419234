"""A statement without the person: their agents become one that says an id only, their name and addresses go."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from contracts.rights import NAME
from programs.rules.xapi.names import actor_names

_SHORTEST = 3
"""Characters of a name that is looked for in words; shorter ones would be found everywhere."""

_LEFT = frozenset({"id", "homePage", "objectType", "timestamp", "stored", "version"})


def agent_of(student_id: UUID, home: str) -> dict[str, Any]:
    """Who stands for an erased student."""
    return {"objectType": "Agent", "account": {"homePage": home, "name": str(student_id)}}


def names_any(value: Any, names: Collection[str]) -> bool:
    """Whether an agent anywhere in the statement goes by one of these names."""
    if isinstance(value, dict):
        return _goes_by(value, names) or any(names_any(inner, names) for inner in value.values())
    return isinstance(value, list) and any(names_any(inner, names) for inner in value)


def agent_names(value: Any) -> Iterator[str]:
    """By what every agent anywhere in the statement goes."""
    if isinstance(value, dict):
        if _is_agent(value):
            yield from actor_names(value)
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from agent_names(inner)


def words_of(names: Iterable[str | None], addresses: Iterable[str]) -> re.Pattern[str] | None:
    """What finds these names, as whole words, and addresses in a text; None when there is nothing to look for."""
    whole = [rf"(?<!\w){re.escape(name)}(?!\w)" for name in names if name and len(name) >= _SHORTEST]
    found = [*whole, *(re.escape(address) for address in addresses)]
    return re.compile("|".join(sorted(found, key=len, reverse=True)), re.IGNORECASE) if found else None


def without(value: Any, names: Collection[str], agent: dict[str, Any], words: re.Pattern[str] | None) -> Any:
    """The statement, or a part of it, with ``agent`` for whoever goes by these names and without these words."""
    if isinstance(value, dict):
        if _goes_by(value, names):
            return agent
        return {k: v if k in _LEFT else without(v, names, agent, words) for k, v in value.items()}
    if isinstance(value, list):
        return [without(inner, names, agent, words) for inner in value]
    return words.sub(NAME, value) if words and isinstance(value, str) else value


def _goes_by(value: dict[str, Any], names: Collection[str]) -> bool:
    return _is_agent(value) and any(name in names for name in actor_names(value))


def _is_agent(value: dict[str, Any]) -> bool:
    """Whether an agent can be read from it; an extension may use the same words for something else."""
    account, text = value.get("account"), (value.get("mbox", ""), value.get("mbox_sha1sum", ""))
    if not all(isinstance(one, str) for one in text) or not isinstance(account or {}, dict):
        return False
    return account is None or isinstance(account.get("name"), str)
