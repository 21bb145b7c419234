"""${A}, ${A:-b}, ${A:?m} and their kin in the values of a compose file."""

import re
from collections.abc import Mapping
from typing import Any

_VARIABLE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<bare>[A-Za-z_]\w*)|\{(?P<name>[A-Za-z_]\w*)(?:(?P<how>:?[-?+])(?P<word>[^${}]*))?\}|(?P<bad>))"
)


class Unknown(ValueError):
    """The file says something this reader does not understand, and therefore does not run."""


def interpolate(value: Any, variables: Mapping[str, str]) -> Any:
    """The value with every variable in its strings replaced; keys stay as they are. Raises Unknown."""
    if isinstance(value, dict):
        return {key: interpolate(part, variables) for key, part in value.items()}
    if isinstance(value, list):
        return [interpolate(part, variables) for part in value]
    return _VARIABLE.sub(lambda found: _replace(found, variables), value) if isinstance(value, str) else value


def _replace(found: re.Match[str], variables: Mapping[str, str]) -> str:
    if found["escaped"]:
        return "$"
    if found["bad"] is not None:
        raise Unknown(f"{found.string!r} holds a $ that is neither $$ nor a variable")
    name, how, word = found["bare"] or found["name"], found["how"] or "", found["word"] or ""
    value = variables.get(name)
    there = bool(value) if how.startswith(":") else value is not None
    if how.endswith("+"):
        return word if there else ""
    if there:
        return str(value)
    if how.endswith("-"):
        return word
    raise Unknown(f"{name} is not set{': ' + word if word else ''}")
