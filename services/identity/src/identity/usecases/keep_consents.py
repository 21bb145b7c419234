"""Keep what stands of consents, as privacy tells it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from contracts.events.privacy import ConsentExpired, ConsentGranted, ConsentWithdrawn

_GRANT = text("""
insert into consent_scopes (grant_id, student_id, organization_id, scope, expires_at)
values (:grant_id, :student_id, :organization_id, :scope, :expires_at)
on conflict (grant_id) do update set expires_at = excluded.expires_at
""")
_END = text("delete from consent_scopes where grant_id = :grant_id")


def keep_consent(session: Session, event: ConsentGranted) -> None:
    """The grant stands."""
    session.execute(
        _GRANT,
        {
            "grant_id": event.grant_id,
            "student_id": event.student_id,
            "organization_id": event.organization_id,
            "scope": event.scope,
            "expires_at": event.expires_at,
        },
    )


def drop_consent(session: Session, event: ConsentWithdrawn | ConsentExpired) -> None:
    """The grant stands no more."""
    session.execute(_END, {"grant_id": event.grant_id})
