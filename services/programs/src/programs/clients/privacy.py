"""Asking privacy who may be seen by name. Whenever it cannot be asked, the answer is no."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog

from chassis.auth import Caller
from chassis.errors import Refusal
from chassis.http_client import HttpClient
from contracts.decisions import Viewer, is_yes
from programs.errors import ConsentRequired

log = structlog.get_logger()

MOST_AT_ONCE = 10_000


class Privacy:
    """The decisions of privacy about one student, or many at once."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    def visible(
        self,
        caller: Caller,
        organization_id: UUID,
        student_ids: Sequence[UUID],
        *,
        scope: str,
        purpose: str,
        log_reads: bool,
    ) -> set[UUID]:
        """Which of these students the caller may see by name, for this organization and scope.

        ``log_reads`` has privacy write each of them into the student's access log.
        """
        seen: set[UUID] = set()
        for start in range(0, len(student_ids), MOST_AT_ONCE):
            chunk = student_ids[start : start + MOST_AT_ONCE]
            question = {
                "user_id": str(caller.user_id) if caller.user_id else None,
                "organization_id": str(organization_id),
                "organization_kind": caller.organization_kind,
                "student_ids": [str(student_id) for student_id in chunk],
                "scope": scope,
                "purpose": purpose,
                "log": log_reads,
            }
            seen |= self._ask(question) & set(chunk)
        return seen

    def require(self, viewer: Viewer, student_id: UUID, *, scope: str, purpose: str) -> None:
        """Have privacy decide on one student and enter an allowed read in the student's access log.

        Raises ConsentRequired, whether the answer is no or privacy cannot be asked.
        """
        question = viewer.question(student_id, scope=scope, purpose=purpose)
        try:
            answer = self._http.post("/internal/decisions", json=question, idempotent=True)
            answer.raise_for_status()
            allowed = is_yes(answer.json(), student_id)
        except (Refusal, OSError, ValueError, KeyError, TypeError) as error:
            log.warning("privacy_not_asked", error=type(error).__name__)
            raise ConsentRequired(headers={"X-Refusal": "privacy-unavailable", "Retry-After": "1"}) from None
        if not allowed:
            raise ConsentRequired()

    def _ask(self, question: Mapping[str, object]) -> set[UUID]:
        try:
            # Asking twice is harmless: a decision changes nothing, and at worst a reading is logged twice.
            answer = self._http.post("/internal/decisions/many", json=question, idempotent=True)
            answer.raise_for_status()
            decisions = answer.json()["decisions"]
            return {UUID(student_id) for student_id, decision in decisions.items() if decision["allowed"] is True}
        except (Refusal, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            # requests' own exceptions are OSErrors.
            log.warning("privacy_not_asked", error=type(error).__name__)
            return set()
