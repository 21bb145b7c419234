"""Check the second factor of somebody whose password was right."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.wiring import use
from identity.clients.vault import Vault
from identity.errors import CodeNeeded, WrongCode
from identity.models import RecoveryCode, TotpFactor, User
from identity.rules.codes import is_totp, plain, step_of
from identity.usecases.record_change import record_credentials


def check_second_factor(session: Session, user: User, code: str | None) -> None:
    """Pass who has no second factor, or shows a code of it that was not used before.

    Raises CodeNeeded when one is needed and none was given, WrongCode.
    """
    factor = session.get(TotpFactor, user.id, with_for_update=True)
    if factor is None or not factor.is_on:
        return
    if code is None:
        raise CodeNeeded()
    given = plain(code)
    if is_totp(given):
        _take(session, factor, given)
    else:
        _use_recovery_code(session, user, given)
    session.flush()


def _take(session: Session, factor: TotpFactor, code: str) -> None:
    vault = use(session, Vault)
    factor.take(step_of(vault.unseal(factor.user_id, factor.secret), code, now()))
    # Whoever signs in carries their secret over to the newest key.
    factor.secret = vault.reseal(factor.user_id, factor.secret)


def _use_recovery_code(session: Session, user: User, code: str) -> None:
    marks = use(session, Vault).marks(user.id, code)
    of_person = (RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    found = session.scalars(select(RecoveryCode).where(*of_person, RecoveryCode.code_hash.in_(marks))).one_or_none()
    if found is None:
        raise WrongCode()
    found.used_at = now()
    session.flush()
    left = session.scalar(select(func.count()).select_from(RecoveryCode).where(*of_person))
    record_credentials(session, user, "recovery_code_used", actor_id=user.id, left=left)
