"""People who ask, and the other services, which are strangers here: each answers as it is told to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.render import Renderer
from chassis.wiring import provide
from contracts.events import analytics, billing, identity, notifications, programs
from privacy.clients.owners import Left, Owners

OTHERS = (identity, programs, billing, analytics, notifications)
URL = "/api/v1/privacy/data-requests/"


@dataclass
class Strangers:
    """The other services and the renderer."""

    charges: list[dict[str, Any]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    left: list[UUID] = field(default_factory=list)
    left_here: list[UUID] = field(default_factory=list)
    asked_before: list[datetime] = field(default_factory=list)

    def part(self, service: str, *, student_id: UUID | None, user_id: UUID | None) -> bytes:
        rows = f'[{{"student": "{student_id}", "account": "{user_id}", "at": "2026-01-01"}}]'
        return f'{{"service": "{service}", "sections": [{{"title": "Of {service}", "rows": {rows}}}]}}'.encode()

    def left_before(self, organization_id: UUID, before: datetime, most: int) -> Left:
        assert organization_id
        self.asked_before.append(before.replace(microsecond=0, second=0))
        return Left(self.left[:most], [*self.left, *self.left_here][:most])

    def in_charge_of(self, user_id: UUID) -> list[dict[str, Any]]:  # noqa: ARG002
        return self.charges

    def pdf(self, html: str, css: str = "") -> bytes:
        assert css
        self.pages.append(html)
        return b"%PDF-1.7 of a test"


@pytest.fixture
def strangers(database: Any) -> Strangers:
    found = Strangers()
    provide(database, Owners, found)  # type: ignore[type-abstract, arg-type]
    provide(database, Renderer, found)  # type: ignore[arg-type]
    return found


@pytest.fixture
def ask(client: Any, as_: Any, strangers: Strangers) -> Callable[..., Any]:
    """``ask(user, "erasure", confirm=True)`` → the response."""

    def post(user: UUID, right: str, **more: Any) -> Any:
        body = {name: str(value) if isinstance(value, UUID) else value for name, value in more.items()}
        return client.post(URL, json={"right": right, **body}, headers=as_(user=user))

    return post


@pytest.fixture
def everybody_erases(deliver: Any) -> Callable[[str], None]:
    """Every other service answers, one of them twice."""

    def answer(request_id: str) -> None:
        for service in (*OTHERS, programs):
            kept = (("ledger", "tax law", "five years"),) if service is billing else ()
            deliver(service.ErasureDone(request_id=UUID(request_id), erased=(("rows", 2),), kept=kept))

    return answer


@pytest.fixture
def everybody_is_ready(deliver: Any) -> Callable[[str], None]:
    """Every other service can be asked for its part."""

    def answer(request_id: str) -> None:
        for service in OTHERS:
            deliver(service.DataExportPartReady(request_id=UUID(request_id)))

    return answer
