"""Begin with an authenticator app: a secret for it, which counts once the app has shown a code."""

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.database import Database
from chassis.wiring import use
from identity.clients.vault import Vault
from identity.errors import AddressNotProved
from identity.models import TotpFactor, User
from identity.rules.codes import new_secret, otpauth
from identity.usecases.reauthenticate import reauthenticate


def enrol_totp(database: Database, caller: Caller, *, password: str) -> dict[str, str]:
    """The secret and the address a QR code carries. One begun before and not confirmed dies.

    Raises NotReauthenticated, TooManyAttempts, SecondFactorOn, AddressNotProved.
    """
    return reauthenticate(database, caller, _begin, password=password)


def _begin(session: Session, user: User) -> dict[str, str]:
    if not user.email_verified:
        raise AddressNotProved()
    secret = new_secret()
    sealed = use(session, Vault).seal(user.id, secret)
    factor = session.get(TotpFactor, user.id, with_for_update=True)
    if factor is None:
        session.add(TotpFactor(user_id=user.id, secret=sealed, created_at=now()))
    else:
        factor.begin(sealed, now())
    return {"secret": secret, "otpauth_uri": otpauth(secret, user.email)}
