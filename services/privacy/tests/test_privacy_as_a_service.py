"""What operators and client generators see."""

from typing import Any

from openapi_spec_validator import validate

from chassis.openapi import document
from contracts.subscriptions import SUBSCRIPTIONS


def test_it_handles_exactly_what_it_subscribes_to(service: Any) -> None:
    assert set(service.consumers) == set(SUBSCRIPTIONS["privacy"])


def test_the_openapi_document_is_valid_and_shows_nothing_internal(app: Any) -> None:
    shown = document(app.extensions["openapi"])
    validate(shown)
    assert set(shown["paths"]) == {
        "/api/v1/auth/consents/",
        "/api/v1/privacy/access-log/my/",
        "/api/v1/privacy/check/",
        "/api/v1/privacy/clocks/",
        "/api/v1/privacy/consents/history/",
        "/api/v1/privacy/consents/my/",
        "/api/v1/privacy/data-requests/",
        "/api/v1/privacy/data-requests/{request_id}/",
        "/api/v1/privacy/data-requests/{request_id}/decision/",
        "/api/v1/privacy/data-requests/{request_id}/download/",
        "/api/v1/privacy/guardians/",
        "/api/v1/privacy/policies/",
        "/api/v1/privacy/receipts/{receipt}/",
        "/api/v1/privacy/retention/",
    }


def test_live_grants_and_decisions_are_measured(adult: Any, consent: Any, decision: Any, client: Any) -> None:
    consent(adult.student_user, adult.organization)
    decision(adult.student, organization_id=adult.organization)
    page = client.get("/metrics").text
    assert 'privacy_consents_granted{scope="sponsor_view",service="privacy"} 1.0' in page
    assert 'privacy_decisions_total{basis="consent",service="privacy"}' in page
