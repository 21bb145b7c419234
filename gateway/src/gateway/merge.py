"""The services' OpenAPI documents become one; a component's name gets its service before it."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from contracts.subscriptions import SERVICES

_SHARED = ("Error",)
_DESCRIPTION = """Fund learners, and see, honestly and lawfully, what the money did.

Sign up at `POST /api/v1/auth/signup/`, then send the access token as `Authorization: Bearer …`."""


def merge(folder: Path) -> bytes:
    """The merged document, formatted. Raises FileNotFoundError naming the document that is missing."""
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Ufadhili", "version": "v1", "description": _DESCRIPTION, "license": _LICENSE},
        "servers": [{"url": "/"}],
        "tags": [],
        "paths": dict(_OWN_PATHS),
        "components": {
            "schemas": {},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }
    for service in SERVICES:
        _add(whole, service, json.loads((folder / f"{service}.json").read_text()))
    whole["paths"] = dict(sorted(whole["paths"].items()))
    _prune(whole)
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def _add(whole: dict[str, Any], service: str, document: dict[str, Any]) -> None:
    text = json.dumps(document)
    names = {
        name: name if name in _SHARED else f"{service.capitalize()}{name}"
        for name in document.get("components", {}).get("schemas", {})
    }
    for old, new in names.items():
        text = text.replace(f'"#/components/schemas/{old}"', f'"#/components/schemas/{new}"')
    renamed = json.loads(text)
    for path, item in renamed["paths"].items():
        for operation in item.values():
            if isinstance(operation, dict) and "operationId" in operation:
                operation["tags"] = [service]
        whole["paths"].setdefault(path, {}).update(item)
    for old, schema in renamed.get("components", {}).get("schemas", {}).items():
        whole["components"]["schemas"][names[old]] = schema
    for name, value in renamed.get("components", {}).get("responses", {}).items():
        whole["components"].setdefault("responses", {})[name] = value
    whole["tags"].append({"name": service, "description": document["info"].get("description", service)})


def _prune(whole: dict[str, Any]) -> None:
    """Leave out components that no outside operation leads to: those of the inner doors."""
    components = whole["components"]
    wanted, found = set[tuple[str, str]](), set(_REFERENCE.findall(json.dumps(whole["paths"])))
    while found:
        wanted |= found
        text = json.dumps([components.get(kind, {}).get(name) for kind, name in found])
        found = set(_REFERENCE.findall(text)) - wanted
    for kind in ("schemas", "responses"):
        kept = {name: value for name, value in components.pop(kind, {}).items() if (kind, name) in wanted}
        if kept:
            components[kind] = kept


_REFERENCE = re.compile(r'"#/components/(schemas|responses)/([^"]+)"')
_LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}


def _page(operation: str, summary: str, kind: str) -> dict[str, Any]:
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": ["gateway"],
            "security": [],
            "responses": {
                "200": {"description": summary, "content": {kind: {"schema": {"type": "string"}}}},
                "404": {"description": "The document has not been made; run `make openapi`."},
            },
        }
    }


_OWN_PATHS = {
    "/api/schema/": _page("get_schema", "This document.", "application/json"),
    "/api/schema/swagger-ui/": _page("get_swagger_ui", "This document, to read and try.", "text/html"),
}
