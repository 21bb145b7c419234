"""Asking privacy who is of age."""

from collections.abc import Collection
from uuid import UUID

from chassis.errors import Refusal
from chassis.http_client import HttpClient

NOBODY: frozenset[UUID] = frozenset()


class Privacy:
    """Knows birth dates and tells none."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    def adults(self, user_ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of these people who are known to be of age; nobody, when privacy cannot be asked."""
        try:
            question = {"user_ids": [str(user_id) for user_id in user_ids]}
            answer = self._http.post("/internal/adults", json=question, idempotent=True)
            return frozenset(UUID(found) for found in answer.json()["adults"]) if answer.status_code == 200 else NOBODY
        except (Refusal, ValueError, KeyError, TypeError):
            return NOBODY
