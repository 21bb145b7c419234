"""What operators and client generators see, and the walls in the database."""

from typing import Any
from uuid import UUID

import pytest
from openapi_spec_validator import validate
from sqlalchemy import text

from chassis.ids import new_id
from chassis.openapi import document


def test_the_openapi_document_is_valid(app: Any) -> None:
    shown = document(app.extensions["openapi"])
    validate(shown)
    prefix = "/api/v1/notifications/"
    own = [path for path in shown["paths"] if "webhook" not in path and "internal" not in path]
    assert {path.removeprefix(prefix) for path in own} == {
        "send/", "messages/", "messages/{message_id}/", "messages/{message_id}/cancel/", "templates/",
        "templates/{template_id}/", "templates/{template_id}/versions/", "templates/{template_id}/preview/",
        "templates/notices/", "templates/notices/{key}/{channel}/", "templates/notices/{key}/{channel}/preview/",
        "inbox/", "inbox/{item_id}/read/", "preferences/", "phone/", "phone/verify/", "report-subscriptions/",
        "report-subscriptions/{subscription_id}/", "callbacks/mail/", "callbacks/bounce/", "callbacks/sms/{secret}/",
    }  # fmt: skip


def test_what_is_due_is_measured(elsewhere: Any, send: Any, client: Any) -> None:
    elsewhere.student()
    send()
    page = client.get("/metrics").text
    assert 'notifications_due{channel="email",service="notifications"} 1.0' in page
    assert 'notifications_due{channel="in_app",service="notifications"} 1.0' in page
    assert 'notifications_deliveries{channel="email",service="notifications",state="queued"} 1.0' in page


@pytest.mark.parametrize("table", ["messages", "deliveries"])
def test_another_organizations_rows_do_not_exist(
    elsewhere: Any, organization: UUID, send: Any, database: Any, table: str
) -> None:
    elsewhere.student()
    send()
    count = text(f"select count(*) from {table}")  # noqa: S608 - a name from the list above
    with database.transaction(organization) as session:
        assert session.scalar(count) > 0
    with database.transaction(new_id()) as session:
        assert session.scalar(count) == 0


def test_an_inbox_is_its_owners(client: Any, as_: Any, as_service: Any) -> None:
    url = "/api/v1/notifications/inbox/"
    assert client.get(url).status_code == 401
    assert client.get(url, headers=as_service("gateway")).status_code == 403
    assert client.get(url, headers=as_()).json["total"] == 0
    assert client.post(f"{url}{new_id()}/read/", headers=as_()).status_code == 404
    assert client.post(f"{url}x/read/", headers=as_()).status_code == 404
