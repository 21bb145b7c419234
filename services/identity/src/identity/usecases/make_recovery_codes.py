"""Make new recovery codes; those from before open nothing any more."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.database import Database
from chassis.wiring import use
from identity.clients.vault import Vault
from identity.errors import SecondFactorOff
from identity.models import RecoveryCode, TotpFactor, User
from identity.rules.codes import RECOVERY_CODES, new_recovery_code, plain
from identity.usecases.reauthenticate import reauthenticate
from identity.usecases.record_change import record_credentials


def make_recovery_codes(database: Database, caller: Caller, *, password: str, code: str) -> list[str]:
    """The codes, never shown again. Raises NotReauthenticated, TooManyAttempts, SecondFactorOff."""

    def make(session: Session, user: User) -> list[str]:
        factor = session.get(TotpFactor, user.id)
        if factor is None or not factor.is_on:
            raise SecondFactorOff()
        record_credentials(session, user, "recovery_codes_made", actor_id=user.id)
        return replace_recovery_codes(session, user)

    return reauthenticate(database, caller, make, password=password, code=code)


def replace_recovery_codes(session: Session, user: User) -> list[str]:
    """Fresh ones in the place of all there are."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes, vault, at = [new_recovery_code() for _ in range(RECOVERY_CODES)], use(session, Vault), now()
    session.add_all(
        RecoveryCode(user_id=user.id, code_hash=vault.marks(user.id, plain(code))[0], made_at=at) for code in codes
    )
    return codes
