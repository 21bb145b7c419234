"""What was done it to: activities and their definitions, and references to statements."""

from typing import Any

from programs.rules.xapi.shapes import NotAStatement, extensions, iri, many, members, one_of, text, uuid, words

_INTERACTIONS = (
    "true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric",
    "other",
)  # fmt: skip
_COMPONENTS = ("choices", "scale", "source", "target", "steps")


def _component(value: Any, path: str) -> None:
    members(value, path, {"id": text, "description": words}, "id")


def _components(value: Any, path: str) -> None:
    many(_component)(value, path)
    if len({one["id"] for one in value}) < len(value):
        raise NotAStatement(path, "Each has an id of its own.")


_DEFINITION = {
    "name": words, "description": words, "type": iri, "moreInfo": iri, "extensions": extensions,
    "interactionType": one_of(*_INTERACTIONS), "correctResponsesPattern": many(text),
    **dict.fromkeys(_COMPONENTS, _components),
}  # fmt: skip


def _definition(value: Any, path: str) -> None:
    found = members(value, path, _DEFINITION)
    if "interactionType" not in found and any(name in found for name in (*_COMPONENTS, "correctResponsesPattern")):
        raise NotAStatement(f"{path}.interactionType", "This is required beside what an interaction has.")


_ACTIVITY = {"objectType": one_of("Activity"), "id": iri, "definition": _definition}


def activity(value: Any, path: str) -> None:
    """An Activity. Raises NotAStatement."""
    members(value, path, _ACTIVITY, "id")


def reference(value: Any, path: str) -> None:
    """A reference to a statement. Raises NotAStatement."""
    members(value, path, {"objectType": one_of("StatementRef"), "id": uuid}, "objectType", "id")


def activities(value: Any, path: str) -> None:
    """One activity or a list. Raises NotAStatement."""
    (many(activity) if isinstance(value, list) else activity)(value, path)
