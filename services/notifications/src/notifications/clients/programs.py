"""Asking programs whom a message is for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.http_client import HttpClient, Unavailable
from notifications.errors import NoSuchCohort
from notifications.rules.audience import Recipient


class Programs:
    """The audiences that programs knows."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    def cohort(self, organization_id: UUID, cohort_id: UUID) -> tuple[list[Recipient], list[UUID]]:
        """The students of a cohort of the organization. Raises NoSuchCohort and Unavailable."""
        return self._ask({"organization_id": str(organization_id), "cohort_id": str(cohort_id)})

    def students(self, organization_id: UUID, student_ids: Sequence[UUID]) -> tuple[list[Recipient], list[UUID]]:
        """Those of the students the organization knows, and the ids of those it does not. Raises Unavailable."""
        ids = [str(student_id) for student_id in student_ids]
        return self._ask({"organization_id": str(organization_id), "student_ids": ids})

    def _ask(self, question: dict[str, Any]) -> tuple[list[Recipient], list[UUID]]:
        answer = self._http.post("/internal/audience", json=question, idempotent=True)
        if answer.status_code == 404:
            raise NoSuchCohort()
        if answer.status_code != 200:
            raise Unavailable()
        try:
            body = answer.json()
            return [_recipient(row) for row in body["recipients"]], [UUID(known) for known in body["unknown"]]
        except (ValueError, KeyError, TypeError):
            raise Unavailable() from None


def _recipient(row: dict[str, Any]) -> Recipient:
    return Recipient(
        student_id=UUID(row["student_id"]),
        name=str(row["name"]),
        email=row.get("email"),
        user_id=UUID(row["user_id"]) if row.get("user_id") else None,
        status=row.get("status"),
    )
