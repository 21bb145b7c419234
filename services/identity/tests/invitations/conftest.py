"""An administrator who invites, and somebody who accepts."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy.event import listen, remove

from chassis.database import Database


@pytest.fixture
def amina(sign_up):
    return sign_up("amina@example.org", "sponsor", organization="Bright Futures")


@pytest.fixture
def invite(amina):
    def ask(email="baraka@example.org", role="sponsor_staff"):
        answer = amina.post(f"/orgs/{amina.organization['id']}/members/", email=email, role=role)
        assert answer.json["status"] == "invited", answer.json
        return answer.json["invitation_id"]

    return ask


@pytest.fixture
def accept(client):
    def go(token, headers=None, **body):
        return client.post(f"/api/v1/auth/invitations/{token}/accept/", headers=headers, json=body)

    return go


@pytest.fixture
def counted(database: Database) -> Callable[[], AbstractContextManager[list[str]]]:
    """Count the statements sent inside: ``with counted() as statements``."""

    @contextmanager
    def watch() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        listen(database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            remove(database.engine, "before_cursor_execute", note)

    return watch
