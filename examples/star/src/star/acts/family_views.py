"""What a guardian and a student see when they look at their own pages."""

from dataclasses import dataclass
from typing import Any

from star.account import Account
from star.acts.families import Guardian
from star.errors import Refused
from star.waiting import until


@dataclass(frozen=True)
class GuardianSees:
    """The child's consents, and who read what."""

    name: str
    consents: list[Any]
    accesses: list[Any]


@dataclass(frozen=True)
class StudentSees:
    """The own progress, and what came of trying to grant alone."""

    name: str
    progress: Any
    refusal: str | None


def guardian_sees(guardian: Guardian) -> GuardianSees:
    """Consents and access log, as the guardian's own account shows them."""
    account = guardian.account
    consents = list(account.items("/api/v1/privacy/consents/my/"))
    return GuardianSees(account.name, consents, list(account.items("/api/v1/privacy/access-log/my/")))


def student_sees(account: Account, student_id: str, organization_id: str) -> StudentSees:
    """The student's own progress; and that a child cannot let a sponsor look without a guardian."""
    progress = until("the student to be known", account.client, lambda: _own_progress(account, student_id))
    body = {"organization_id": organization_id, "scope": "sponsor_view", "granted": True}
    try:
        account.ask("/api/v1/auth/consents/", body)
    except Refused as refused:
        return StudentSees(account.name, progress, refused.said)
    return StudentSees(account.name, progress, None)


def _own_progress(account: Account, student_id: str) -> Any | None:
    try:
        return account.get(f"/api/v1/programs/students/{student_id}/progress/")
    except Refused as refused:
        if refused.status == 403:  # privacy has not heard of the account yet
            return None
        raise
