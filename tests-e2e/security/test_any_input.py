"""Whatever is sent to an operation, the answer is one of those its document names, in the shape it names.

Schemathesis makes the requests from each service's document: the examples in it, every boundary of every field, and
what lies beyond them; without a token, with a bad one, with methods that are not there. Of its checks it runs all but
where the API means something else:

- that whatever fits the schema is accepted: rules across fields, and between a row and the world, are no JSON Schema;
- that whatever does not fit is refused: unknown query parameters are ignored, and where each row of a body has its own
  answer, the bad row is told (207); 413 is a refusal, too;
- that 503 is a mistake: of documents, whose renderer is not running here, and of payments for what only another service
  knows, which is not running either.
"""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from chassis.database import SYSTEM
from chassis.ids import new_id
from chassis.testing import token
from contracts.events.identity import OrganizationCreated
from contracts.roles import PERMISSIONS

pytestmark = pytest.mark.long
DOCUMENTS = Path(__file__).parents[2] / "docs" / "openapi"


@pytest.fixture
def document(house: Flask) -> Any:
    """The service's published document, answered by the service itself."""
    found = schemathesis.openapi.from_dict(json.loads((DOCUMENTS / f"{house.name}.json").read_text()))
    found.app = house
    return found


@pytest.fixture
def everything(house: Flask, who: dict[str, str]) -> dict[str, str]:
    """A caller who may do everything in an organization of their own, which the service knows."""
    held, id = sorted(set().union(*PERMISSIONS.values())), new_id()
    facts = {"slug": str(id), "currency": "KES", "time_zone": "Africa/Nairobi"}
    known = OrganizationCreated(organization_id=id, name="Baraka Academy", kind="academy", **facts)
    handler = import_module(f"{house.name}.app").SERVICE.consumers.get(OrganizationCreated)
    if handler:
        with house.extensions["database"].transaction(SYSTEM) as session:
            handler(session, [known] if getattr(handler, "many", False) else known)
    return {"Authorization": f"Bearer {token(**who, perms=held, org=str(id), org_kind='academy')}"}


schemathesis.serializer.alias("message/rfc822", "text/plain")
operations = schemathesis.pytest.from_fixture("document")


@operations.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_the_answer_is_one_the_document_names(case, everything):
    response = case.call(headers=everything)
    case.validate_response(response, excluded_checks=list(not_meant(case, response)), headers=everything)


def not_meant(case: schemathesis.Case, response: schemathesis.Response) -> Iterator[schemathesis.CheckFunction]:
    """The checks that ask something else of this case than the API promises."""
    yield positive_data_acceptance
    parts = case.meta.components.items() if case.meta else ()
    wrong = {where for where, part in parts if part.mode.is_negative}
    if response.status_code in (207, 413) or wrong.isdisjoint((ParameterLocation.BODY, ParameterLocation.PATH)):
        yield negative_data_rejection
    if response.status_code == 503 and case.path.endswith(("/pdf/", "/pdf", "/partner/payments")):
        yield not_a_server_error
