"""What was released for sponsorships and programs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from programs.models import Disbursement


def disbursements_of(session: Session, organization_id: UUID, sponsorship_id: UUID) -> Sequence[Any]:
    """Of one sponsorship, the earliest first."""
    shown = (Disbursement.made_on, Disbursement.amount_minor, Disbursement.currency, Disbursement.description)
    mine = (Disbursement.organization_id == organization_id, Disbursement.sponsorship_id == sponsorship_id)
    return session.execute(select(*shown).where(*mine).order_by(Disbursement.made_at, Disbursement.id)).mappings().all()
