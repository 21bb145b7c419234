"""Change a grant: its row, its history and the event, together. The caller holds the grant."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.privacy import ConsentExpired, ConsentGranted, ConsentWithdrawn
from privacy.models import Grant, GrantHistory, Terms


class Matter(NamedTuple):
    """Whose consent to what, for whom. ``organization_name`` is only for showing."""

    student_id: UUID
    organization_id: UUID | None
    scope: str
    organization_name: str | None


_SHOWN = ("id", "granted_by", "policy_version", "granted_at", "expires_at", "ended_at")


class ConsentState(NamedTuple):
    """Where a student stands. Everything about a grant is None when there never was one: the default is no."""

    matter: Matter
    grant: Grant | None

    def shown(self) -> dict[str, Any]:
        """For the person who decided."""
        state = self.grant.state if self.grant else "never"
        return {
            **({name: getattr(self.grant, name) for name in _SHOWN} if self.grant else dict.fromkeys(_SHOWN)),
            **self.matter._asdict(),
            "granted": state == "granted",
            "state": state,
        }


def give(session: Session, matter: Matter, grant: Grant | None, terms: Terms, at: datetime) -> ConsentState:
    """Let the grant hold under these terms. The same terms again change nothing."""
    if grant is not None and grant.says(terms, at):
        return ConsentState(matter, grant)
    if grant is None:
        student_id, organization_id, scope = matter[:3]
        grant = Grant(id=new_id(), student_id=student_id, organization_id=organization_id, scope=scope)
        session.add(grant)
    grant.give(terms, at)
    session.flush()
    _remember(session, grant, "granted", at, acted_by=terms.granted_by, user_id=terms.user_id)
    publish(session, _granted(grant))
    return ConsentState(matter, grant)


def withdraw(
    session: Session, matter: Matter, grant: Grant | None, at: datetime, *, acted_by: str, user_id: UUID | None
) -> ConsentState:
    """Take the grant back. Withdrawing what does not hold changes nothing."""
    if grant is None or not grant.end("withdrawn", at):
        return ConsentState(matter, grant)
    _remember(session, grant, "withdrawn", at, acted_by=acted_by, user_id=user_id)
    publish(session, _withdrawn(grant, at))
    return ConsentState(matter, grant)


def expire(session: Session, grants: list[Grant], at: datetime) -> int:
    """Say of grants whose end has passed that they have ended. Returns how many had not been said to before."""
    ended = [grant for grant in grants if grant.end("expired", at)]
    for grant in ended:
        _remember(session, grant, "expired", at, acted_by="system", user_id=None)
    publish(session, *(_expired(grant, at) for grant in ended))
    return len(ended)


def _remember(
    session: Session, grant: Grant, action: str, at: datetime, *, acted_by: str, user_id: UUID | None
) -> None:
    session.add(
        GrantHistory(
            id=new_id(),
            grant_id=grant.id,
            student_id=grant.student_id,
            organization_id=grant.organization_id,
            scope=grant.scope,
            action=action,
            acted_by=acted_by,
            user_id=user_id,
            policy_version=grant.policy_version,
            at=at,
            expires_at=grant.expires_at,
        )
    )


def _granted(grant: Grant) -> ConsentGranted:
    return ConsentGranted(
        grant_id=grant.id,
        student_id=grant.student_id,
        organization_id=grant.organization_id,
        scope=grant.scope,
        granted_by=grant.granted_by,
        granted_at=grant.granted_at,
        expires_at=grant.expires_at,
    )


def _withdrawn(grant: Grant, at: datetime) -> ConsentWithdrawn:
    return ConsentWithdrawn(
        grant_id=grant.id,
        student_id=grant.student_id,
        organization_id=grant.organization_id,
        scope=grant.scope,
        withdrawn_at=at,
    )


def _expired(grant: Grant, at: datetime) -> ConsentExpired:
    return ConsentExpired(
        grant_id=grant.id,
        student_id=grant.student_id,
        organization_id=grant.organization_id,
        scope=grant.scope,
        expired_at=at,
    )
