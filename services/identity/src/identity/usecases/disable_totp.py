"""Take the authenticator app away; its recovery codes go with it."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.database import Database
from identity.errors import SecondFactorOff
from identity.models import TotpFactor, User
from identity.queries.second_factor import demanding_ids
from identity.usecases.end_session import end_sessions
from identity.usecases.reauthenticate import reauthenticate
from identity.usecases.record_change import record_credentials


def disable_totp(database: Database, caller: Caller, *, password: str, code: str) -> None:
    """Signing in asks for the password only. Raises NotReauthenticated, TooManyAttempts, SecondFactorOff."""

    def disable(session: Session, user: User) -> None:
        drop_second_factor(session, user, actor_id=user.id)

    reauthenticate(database, caller, disable, password=password, code=code)


def drop_second_factor(session: Session, user: User, *, actor_id: UUID | None) -> None:
    """The person has none any more; sessions for organizations that demand one end. Raises SecondFactorOff."""
    factor = session.get(TotpFactor, user.id, with_for_update=True)
    if factor is None or not factor.is_on:
        raise SecondFactorOff()
    session.delete(factor)
    session.flush()
    for organization_id in demanding_ids(session, user.id):
        end_sessions(session, user.id, "second_factor_demanded", organization_id=organization_id)
    record_credentials(session, user, "totp_disabled", actor_id=actor_id)
