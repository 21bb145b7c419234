"""The finishing touches of a service's OpenAPI document: security, the refusals every operation can give."""

from typing import Any

from apispec import APISpec

from chassis.rendering import PARTNER

_REFUSALS = {
    "400": "The request cannot be read, or a query parameter is not valid.",
    "401": "No valid access token.",
    "403": "Signed in, but not allowed.",
    "404": "Absent, or another organization's.",
    "409": "The current state does not allow this.",
    "413": "The body is too large.",
    "415": "The body is of a type that is not read here.",
    "422": "Some of the input is not valid.",
    "429": "Too many requests; see Retry-After.",
    "503": "Busy; see Retry-After.",
}
_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "The same key and body within 24 hours replays the first answer.",
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_PARTNER = {"application/json": {"schema": {"$ref": "#/components/schemas/PartnerRefusal"}}}
_PARTNER_REFUSAL = {
    "type": "object",
    "required": ["detail", "request_id"],
    "properties": {
        "detail": {
            "description": "What is wrong; field by field when the body is not valid.",
            "oneOf": [
                {"type": "string"},
                {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["loc", "msg", "type"],
                        "properties": {
                            "loc": {"type": "array", "items": {"type": "string"}},
                            "msg": {"type": "string"},
                            "type": {"type": "string"},
                        },
                    },
                },
            ],
        },
        "request_id": {"type": "string"},
    },
}
_METHODS = ("get", "post", "put", "patch", "delete")


def describe(spec: APISpec) -> None:
    """Complete the document in place. Called once, after every blueprint is registered."""
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    paths = spec._paths  # apispec has no public way to visit what it holds
    if any(path.startswith(PARTNER) for path in paths):
        spec.components.schema("PartnerRefusal", _PARTNER_REFUSAL)
    for path, item in paths.items():
        for method in _METHODS:
            if method in item:
                _complete(path, method, item[method])
                _relax(item[method].get("requestBody"), spec.components.schemas)


def document(spec: APISpec, prefix: str = "/api/") -> dict[str, Any]:
    """The document without what is not routed from outside."""
    whole: dict[str, Any] = spec.to_dict()
    whole["paths"] = {path: item for path, item in whole["paths"].items() if path.startswith((prefix, "/.well-known"))}
    return whole


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    operation.setdefault("operationId", _name(method, path))
    answers = operation.setdefault("responses", {})
    answers.pop("default", None)
    # A public operation refuses a bad token too, when one is sent.
    wanted = {"400", "401", "429", "503"}
    if operation.get("security"):
        wanted.add("403")
    if "{" in path:
        wanted.add("404")
    if method != "get":
        wanted |= {"404", "409", "422"}  # a body, too, may name what is not there
    if "requestBody" in operation:
        wanted |= {"413", "415"}
    for status in sorted(wanted | set(answers) & set(_REFUSALS)):
        if status not in answers or "$ref" in answers[status]:
            # What flask-smorest refers to is no problem document.
            answers[status] = {
                "description": _REFUSALS[status],
                "content": _PARTNER if path.startswith(PARTNER) else _PROBLEM,
            }
    if method == "post" and operation.get("security"):
        parameters = operation.setdefault("parameters", [])
        # An operation that requires the key has said so itself.
        if all(known.get("name") != _KEY["name"] for known in parameters):
            parameters.append(_KEY)


def _relax(body: dict[str, Any] | None, schemas: dict[str, Any]) -> None:
    """A body in which nothing is required may be left out: it reads as an empty one."""
    for content in (body or {}).get("content", {}).values():
        named = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if named in schemas and not schemas[named].get("required"):
            body["required"] = False  # type: ignore[index]  # there is content, so there is a body


def _name(method: str, path: str) -> str:
    words = [word.strip("{}").replace("-", "_") for word in path.removeprefix("/api/v1").split("/") if word]
    return "_".join([method, *words])
