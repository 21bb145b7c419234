"""Seal every second factor's secret with the newest key, so that an older one can go."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.wiring import use
from identity.clients.vault import Vault
from identity.models import TotpFactor


def reseal_factors(session: Session) -> int:
    """How many there are. Recovery codes are kept as keyed hashes: those of an older key end with it.

    Raises FactorUnreadable, and changes none, when one was sealed with a key that is not here.
    """
    vault, found = use(session, Vault), 0
    for factor in session.scalars(select(TotpFactor).order_by(TotpFactor.user_id).with_for_update()):
        factor.secret, found = vault.reseal(factor.user_id, factor.secret), found + 1
    return found
