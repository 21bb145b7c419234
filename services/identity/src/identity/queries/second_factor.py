"""Looking up second factors."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from identity.models import RecoveryCode, TotpFactor


def second_factor(session: Session, user_id: UUID) -> dict[str, Any]:
    """Whether the person has one that counts, and what is left beside it."""
    confirmed = select(TotpFactor.confirmed_at).where(TotpFactor.user_id == user_id)
    confirmed_at = session.scalar(confirmed)
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return {
        "enabled": confirmed_at is not None,
        "confirmed_at": confirmed_at,
        "recovery_codes_left": session.scalar(unused),
    }
