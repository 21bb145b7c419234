"""Confirm an authenticator app by a code it shows: from now on signing in asks for one."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.errors import Invalid
from chassis.wiring import use
from identity.clients.vault import Vault
from identity.errors import SecondFactorOff, WrongCode
from identity.models import TotpFactor
from identity.queries import people
from identity.rules.codes import plain, step_of
from identity.usecases.make_recovery_codes import replace_recovery_codes
from identity.usecases.record_change import record_credentials


def confirm_totp(session: Session, user_id: UUID, *, code: str) -> list[str]:
    """The recovery codes, never shown again. Raises SecondFactorOff when none was begun, SecondFactorOn, Invalid."""
    user = people.person(session, user_id)
    factor = session.get(TotpFactor, user.id, with_for_update=True)
    if factor is None:
        raise SecondFactorOff()
    at = now()
    try:
        factor.confirm(step_of(use(session, Vault).unseal(user.id, factor.secret), plain(code), at), at)
    except WrongCode:
        # Nobody is turned away: the clock of the app's device may be wrong.
        raise Invalid.field("code", "This is not the code of now; is the clock of your device right?") from None
    session.flush()
    record_credentials(session, user, "totp_enabled", actor_id=user.id)
    return replace_recovery_codes(session, user)
