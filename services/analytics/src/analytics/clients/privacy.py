"""Who may be named to whom: asked of the privacy service, every time, for all at once."""

from collections.abc import Collection
from uuid import UUID

import structlog

from analytics.errors import ConsentRequired
from chassis.auth import Caller
from chassis.errors import Refusal
from chassis.http_client import HttpClient
from contracts.consent import SPONSOR_VIEW
from contracts.decisions import Viewer, is_yes

log = structlog.get_logger()

_AT_ONCE = 10_000


class Privacy:
    """Asks with this service's own token."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def visible(
        self, caller: Caller, organization_id: UUID, students: Collection[UUID], *, purpose: str, named: bool
    ) -> frozenset[UUID]:
        """The students whose name and progress the organization may see.

        ``named`` says that they will be shown, which goes on the access log. When privacy cannot be asked, nobody.
        """
        asked = sorted(students)
        try:
            answers = [
                self._ask(caller, organization_id, asked[start : start + _AT_ONCE], purpose, named)
                for start in range(0, len(asked), _AT_ONCE)
            ]
        except (Refusal, KeyError, TypeError, ValueError, AttributeError) as error:
            log.warning("privacy_not_asked", error=type(error).__name__)
            return frozenset()
        return frozenset().union(*answers)

    def require(self, viewer: Viewer, student_id: UUID, *, purpose: str) -> None:
        """Have privacy decide on one student and enter an allowed read in the student's access log.

        Raises ConsentRequired, whether the answer is no or privacy cannot be asked.
        """
        question = viewer.question(student_id, scope=SPONSOR_VIEW, purpose=purpose)
        try:
            answer = self._client.post("/internal/decisions", json=question, idempotent=True)
            answer.raise_for_status()
            allowed = is_yes(answer.json(), student_id)
        except (Refusal, OSError, ValueError, KeyError, TypeError) as error:
            log.warning("privacy_not_asked", error=type(error).__name__)
            raise ConsentRequired(headers={"X-Refusal": "privacy-unavailable", "Retry-After": "1"}) from None
        if not allowed:
            raise ConsentRequired()

    def _ask(
        self, caller: Caller, organization_id: UUID, students: list[UUID], purpose: str, named: bool
    ) -> frozenset[UUID]:
        body = {
            "user_id": str(caller.user_id) if caller.user_id else None,
            "organization_id": str(organization_id),
            "organization_kind": caller.organization_kind,
            "student_ids": [str(student) for student in students],
            "scope": SPONSOR_VIEW,
            "purpose": purpose,
            "log": named,
        }
        # Asking twice is harmless: a decision changes nothing, and at worst a reading is logged twice.
        answer = self._client.post("/internal/decisions/many", json=body, idempotent=True)
        decisions = answer.json()["decisions"]
        return frozenset(student for student in students if decisions.get(str(student), {}).get("allowed") is True)
