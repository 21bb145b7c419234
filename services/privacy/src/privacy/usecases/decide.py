"""Decide on one student or many, for every door; and enter what was allowed in the students' access log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from prometheus_client import Counter
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from privacy.queries.facts import facts
from privacy.queries.grants import current_policy
from privacy.queries.people import organization
from privacy.rules import decision
from privacy.rules.decision import REFUSED, Decision, Viewer

DECISIONS = Counter("privacy_decisions", "Students decided on.", ["basis"])

_LOG = text("""
insert into access_log (id, student_id, organization_id, user_id, scope, purpose, basis, grant_id, at)
select id, student_id, :organization_id, :user_id, :scope, :purpose, basis, grant_id, :at
from unnest(cast(:ids as uuid[]), cast(:student_ids as uuid[]), cast(:bases as text[]), cast(:grants as uuid[]))
    as allowed (id, student_id, basis, grant_id)
""")


@dataclass(frozen=True)
class Decisions:
    """The answers by student, the version of the text the scope shows now, and the moment they were given."""

    by_student: Mapping[UUID, Decision]
    policy_version: str | None
    checked_at: datetime

    def shown(self, student_id: UUID) -> dict[str, Any]:
        """One answer, whole."""
        return {"student_id": student_id, **self.by_student[student_id]._asdict(), "checked_at": self.checked_at}

    def brief(self) -> dict[str, Any]:
        """All answers, as short as ten thousand of them should be."""
        answers = {
            str(student_id): {"allowed": answer.allowed, "basis": answer.basis, "grant_id": answer.grant_id}
            for student_id, answer in self.by_student.items()
        }
        return {"decisions": answers, "policy_version": self.policy_version, "checked_at": self.checked_at}


def decide(
    session: Session,
    viewer: Viewer,
    *,
    student_ids: Sequence[UUID],
    scope: str,
    purpose: str | None = None,
    log: bool,
) -> Decisions:
    """Whether the viewer may see each student under the scope now. Nothing is cached.

    With ``log``, each allowed one is entered in that student's access log, in this transaction. A scope without a
    consent text is a no for everybody, whatever else they may: nobody was ever told what such a read would be.
    """
    at = now()
    policy = current_policy(session, scope, at)
    if policy is None:
        answers = dict.fromkeys(student_ids, REFUSED)
        return Decisions(answers, None, at)
    viewer = _complete(session, viewer)
    found = facts(session, viewer, student_ids, scope, for_anyone=policy.for_anyone)
    answers = {student_id: decision.decide(viewer, known, at) for student_id, known in found}
    decisions = Decisions(answers, policy.version, at)
    _count(answers)
    if log:
        _enter(session, viewer, decisions, scope=scope, purpose=purpose)
    return decisions


def _complete(session: Session, viewer: Viewer) -> Viewer:
    if viewer.organization_id is None or viewer.organization_kind is not None:
        return viewer
    known = organization(session, viewer.organization_id)
    return viewer if known is None else replace(viewer, organization_kind=known.kind)


def _enter(session: Session, viewer: Viewer, decisions: Decisions, *, scope: str, purpose: str | None) -> None:
    allowed = [(student_id, answer) for student_id, answer in decisions.by_student.items() if answer.allowed]
    if not allowed:
        return
    values = {
        "ids": [new_id() for _ in allowed],
        "student_ids": [student_id for student_id, _ in allowed],
        "bases": [answer.basis for _, answer in allowed],
        "grants": [answer.grant_id for _, answer in allowed],
        "organization_id": viewer.organization_id,
        "user_id": viewer.user_id,
        "scope": scope,
        "purpose": purpose,
        "at": decisions.checked_at,
    }
    session.execute(_LOG, values)


def _count(answers: Mapping[UUID, Decision]) -> None:
    tally: dict[str, int] = {}
    for answer in answers.values():
        tally[answer.basis or "none"] = tally.get(answer.basis or "none", 0) + 1
    for basis, number in tally.items():
        DECISIONS.labels(basis).inc(number)
