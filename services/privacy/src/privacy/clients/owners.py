"""The other owners of personal data: each is asked for its part of a copy, identity also who is in charge of what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from chassis.http_client import HttpClient, Unavailable


class Left(NamedTuple):
    """Who left an organization: of those, whom no other has either; and all of them."""

    everywhere: list[UUID]
    here: list[UUID]


class Owners:
    """Asks with privacy's own tokens, a client a service."""

    def __init__(self, clients: Mapping[str, HttpClient]) -> None:
        self._clients = clients

    def part(self, service: str, *, student_id: UUID | None, user_id: UUID | None) -> bytes:
        """What the service keeps of the person, as JSON text. Raises Unavailable."""
        people = {"student_id": student_id, "user_id": user_id}
        params = {name: str(value) for name, value in people.items() if value}
        answer = self._clients[service].get("/internal/person-data", params=params)
        if answer.status_code != 200:
            raise Unavailable
        return answer.content

    def left_before(self, organization_id: UUID, before: datetime, most: int) -> Left:
        """Students of an organization who left it before a moment, at most so many of each. Raises Unavailable."""
        params = {"organization_id": str(organization_id), "before": before.isoformat(), "most": str(most)}
        answer = self._clients["programs"].get("/internal/left-students", params=params)
        if answer.status_code != 200:
            raise Unavailable
        found = answer.json()
        return Left(*([UUID(one) for one in found.get(name, ())] for name in ("students", "here")))

    def in_charge_of(self, user_id: UUID) -> list[dict[str, Any]]:
        """The organizations, by id and name, whose only administrator this account is. Raises Unavailable."""
        answer = self._clients["identity"].get("/internal/charges", params={"user_id": str(user_id)})
        if answer.status_code != 200:
            raise Unavailable
        found: list[dict[str, Any]] = answer.json()["organizations"]
        return found
