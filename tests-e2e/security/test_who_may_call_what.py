"""Every operation x every role: allowed, or refused as the policy in access.tsv says.

The policy is a table that people write. An operation that is not in it has not been decided on, and fails.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from chassis.ids import new_id
from chassis.testing import token
from contracts.roles import PERMISSIONS
from gateway import routes

METHODS = ("get", "post", "put", "patch", "delete")
GATEWAY = json.loads((Path(__file__).parents[2] / "docs" / "openapi" / "gateway.json").read_text())
NOBODY, NO_ROLE = "nobody", "no role"
ROLES = (NO_ROLE, *PERMISSIONS)
TOKENLESS = ("/internal/events", "/internal/token")
REFUSAL, OF_PARTNERS = re.compile(r"This needs the permission '[a-z.]+'\."), re.compile("Role 'partner' required")
KINDS = {"academy_admin": "academy", "employer_admin": "employer", "employer": "employer", "partner": "partner"}


@dataclass(frozen=True)
class Operation:
    """A line of the policy."""

    service: str
    method: str
    path: str
    access: str

    def allows(self, role: str) -> bool:
        """Whether this role may call it, whatever becomes of the call then."""
        if self.access == "public":
            return True
        if self.access == "signature":
            return False
        if role == NOBODY:
            return self.access == "consent:public_portfolio"
        if self.access == "signed_in" or self.access.startswith("consent:"):
            return True
        held = PERMISSIONS.get(role, frozenset())
        return "platform" in held or self.access in held

    def url(self) -> str:
        """The path with ids that nobody has."""
        return re.sub(r"\{[^}]+\}", lambda _: str(new_id()), self.path)


@cache
def policy() -> tuple[Operation, ...]:
    lines = (Path(__file__).parent / "access.tsv").read_text().splitlines()
    return tuple(Operation(*line.split("\t")) for line in lines if not line.startswith("#"))


def test_every_operation_has_been_decided_on_and_nothing_else_has():
    documented = {(m.upper(), path) for path, item in GATEWAY["paths"].items() for m in METHODS if m in item}
    decided = {(operation.method, operation.path) for operation in policy()}
    assert not documented - decided, "decide who may call these, in access.tsv"
    assert not decided - documented, "these no longer exist"


def test_the_document_says_of_each_operation_who_may_call_it():
    for operation in policy():
        said = GATEWAY["paths"][operation.path][operation.method.lower()]
        if operation.access in ("public", "signature", "consent:public_portfolio"):
            assert said["security"] == [], operation
        else:
            assert said["security"], operation
            permission = None if operation.access == "signed_in" or ":" in operation.access else operation.access
            assert said.get("x-permission") == permission, operation


def test_the_gateway_leads_each_operation_to_its_service_and_opens_it_to_nobody_else():
    wrong = []
    for operation in policy():
        found = routes.match(operation.url())
        led = found and (found.route.service, found.route.access)
        if led != (operation.service, asked_by_gateway(operation.access)):
            wrong.append((operation.method, operation.path, led))
    assert wrong == []


def asked_by_gateway(access: str) -> routes.Access:
    """What the gateway asks for where the policy says this; the permission itself is the service's to ask for."""
    kind, _, scope = access.partition(":")
    if kind == "consent":
        return routes.Consent(scope, anonymous=scope == "public_portfolio")
    if access in ("public", "signature"):
        return routes.PUBLIC
    return routes.Role(access) if access == "partner" else routes.SIGNED_IN


@pytest.mark.parametrize("role", [NOBODY, *ROLES])
def test_a_role_may_what_the_policy_says_and_nothing_else(house, who, role):
    wrong = [f"{operation.method} {operation.path}: {status}" for operation, status in answers(house, role, who)]
    assert wrong == []


def answers(house: Flask, role: str, who: dict[str, str]) -> Iterator[tuple[Operation, int]]:
    """The operations of this service whose answer is not what the policy says, and what they answered."""
    client, headers = house.test_client(), headers_for(role, who)
    operations = [operation for operation in policy() if operation.service == house.name]
    # Whoever signs out or ends a session would be refused everywhere after it.
    for operation in sorted(operations, key=lambda each: "logout" in each.path):
        found = client.open(operation.url(), method=operation.method, headers=headers, **body_of(operation))
        expected, said = operation.allows(role), said_no(found, operation)
        refused = 401 if role == NOBODY or operation.access == "signature" else 403
        if found.status_code >= 500 or said == expected or (not expected and found.status_code != refused):
            yield operation, found.status_code


def body_of(operation: Operation) -> dict[str, Any]:
    return {} if operation.method == "GET" else {"json": {}}


def said_no(answer: Any, operation: Operation) -> bool:
    """Whether the door itself refused: not signed in, or without the permission. Use cases have words of their own."""
    words = OF_PARTNERS if operation.access == "partner" else REFUSAL
    detail = str((answer.get_json(silent=True) or {}).get("detail", ""))
    return answer.status_code == 401 or bool(words.fullmatch(detail))


def headers_for(role: str, who: dict[str, str]) -> dict[str, str]:
    if role == NOBODY:
        return {}
    claims: dict[str, Any] = {**who, "perms": sorted(PERMISSIONS.get(role, ()))}
    if role not in (NO_ROLE, "platform_admin"):
        claims |= {"org": str(new_id()), "org_kind": KINDS.get(role, "sponsor")}
    return {"Authorization": f"Bearer {token(**claims)}"}


def test_inner_doors_open_for_services_only(house, who):
    """Two doors take no token at all: events are signed batches, and services sign in with their secrets."""
    client = house.test_client()
    doors = [rule for rule in house.url_map.iter_rules() if rule.rule.startswith("/internal/")]
    for rule in doors:
        url = re.sub(r"<[^>]+>", lambda _: str(new_id()), rule.rule)
        of_events = rule.rule == "/internal/events"
        sent = {"data": b"[]", "content_type": "application/cloudevents-batch+json"} if of_events else {"json": {}}
        stranger = {"Authorization": f"Bearer {token(sub='x', client_id='x', aud='somebody-else')}"}
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            assert client.open(url, method=method, **sent).status_code == 401, rule
            assert client.open(url, method=method, **sent, headers=stranger).status_code == 401, rule
            for role in ROLES:
                answer = client.open(url, method=method, **sent, headers=headers_for(role, who))
                assert answer.status_code == (401 if rule.rule in TOKENLESS else 403), (rule, role)
