"""Looking up sessions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, exists, select, text
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from identity.errors import SessionEnded
from identity.models import Organization, UserSession


def check_live(session: Session, caller: Caller) -> None:
    """Raise SessionEnded unless the caller's session still lives: a token outlives its session by minutes."""
    live = exists().where(
        UserSession.id == caller.session_id,
        UserSession.user_id == caller.user_id,
        UserSession.revoked_at.is_(None),
        UserSession.ends_at > now(),
    )
    if not session.scalar(select(live)):
        raise SessionEnded(error="invalid_token")


def live_of(session: Session, user_id: UUID) -> Sequence[RowMapping]:
    """A person's live sessions, the latest used first."""
    shown = (
        UserSession.id,
        UserSession.organization_id,
        Organization.name.label("organization_name"),
        UserSession.device,
        UserSession.created_at,
        UserSession.last_used_at,
        UserSession.ends_at,
    )
    statement = select(*shown).outerjoin(Organization, Organization.id == UserSession.organization_id)
    live = statement.where(
        UserSession.user_id == user_id, UserSession.revoked_at.is_(None), UserSession.ends_at > now()
    )
    return session.execute(live.order_by(UserSession.last_used_at.desc(), UserSession.id)).mappings().all()


# Positions in commit order do not exist, so the cursor is a transaction id: everything older than the oldest
# transaction still running is committed and was shown; what is newer is shown again, which harms nobody.
_REVOKED = text("""
select id, pg_snapshot_xmin(pg_current_snapshot())::text as cursor
from (select 1) as one
left join (
    select id, revoked_at, revoked_in from sessions union all select id, revoked_at, revoked_in from api_keys
) as ended on revoked_at > :since and revoked_in >= (case
    when cast(:cursor as xid8) > pg_snapshot_xmax(pg_current_snapshot()) then '0' else :cursor end)::xid8
""")


def revoked(session: Session, cursor: int, since: datetime) -> tuple[list[UUID], str]:
    """The sessions and API keys revoked after ``since``, in transactions from ``cursor`` on; and the next cursor.

    A cursor from the future (the database was restored from a backup) counts as none.
    """
    rows = session.execute(_REVOKED, {"cursor": str(cursor), "since": since}).all()
    return [row.id for row in rows if row.id is not None], rows[0].cursor
